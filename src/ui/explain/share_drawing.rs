//! The row to show the drawing to somebody by: its link, and pictures of it with its ranking.

use leptos::prelude::*;
use twinglyph_core::ink::{Ink, Pen};
use twinglyph_core::sketch::Sketch;

use crate::session::drawing_link::{Against, DrawingLink, LinkError};
use crate::session::library::plain_name;
use crate::session::picture::{Drawing, MATCHES, Matched, Picture, SIDES};
use crate::session::support::OWN;
use crate::ui::builtin_models::{USUAL_MODEL, model_of};
use crate::ui::save::{save_png, save_text};
use crate::ui::share_link::{ShareButtons, Shared};
use crate::ui::stores::{AppState, CustomSetStore, DrawStore, SupportStore, use_store};
use crate::vectorize::outline;
use crate::words::words;

/// Pixels of the picture to one of its units.
const SCALE: f64 = 2.0;

/// The drawing and the support set that something is said of.
type Subject = (Ink, Option<u32>);

/// What the row needs, and what it says.
#[derive(Clone, Copy)]
pub(super) struct Sharing {
    app: AppState,
    draw: DrawStore,
    support: SupportStore,
    own: CustomSetStore,
    /// What was said, and of what.
    said: RwSignal<Option<(Subject, String)>>,
}

impl Sharing {
    /// Nothing is said yet.
    pub(super) fn new() -> Self {
        Self {
            app: use_store(),
            draw: use_store(),
            support: use_store(),
            own: use_store(),
            said: RwSignal::new(None),
        }
    }

    /// Says something of what is on the pad, until that changes.
    pub(super) fn tell(self, text: impl Into<String>) {
        self.said
            .set(Some((untrack(|| self.subject()), text.into())));
    }

    fn subject(self) -> Subject {
        let ink = self.draw.paper.sheet.with(|sheet| sheet.ink().clone());
        (ink, self.set())
    }

    /// The number of the support set.
    fn set(self) -> Option<u32> {
        let shown = self.support.shown;
        shown.with(|shown| shown.as_ref().map(|shown| shown.set.id))
    }

    /// What is said of what is there now.
    fn said(self) -> Option<String> {
        self.said.with(|said| {
            let ((ink, set), text) = said.as_ref()?;
            let sheet = self.draw.paper.sheet;
            let is_it = sheet.with(|sheet| sheet.ink() == ink) && self.set() == *set;
            is_it.then(|| text.clone())
        })
    }

    /// Why there is no link, as far as it can be seen without making one.
    fn refused(self) -> Option<LinkError> {
        self.draw.paper.sheet.with(|sheet| {
            if sheet.example().is_some() {
                Some(LinkError::Example)
            } else {
                sheet.is_blank().then_some(LinkError::Blank)
            }
        })
    }

    /// The link to the drawing on the pad against its support set.
    ///
    /// # Errors
    /// When there is none, in words for the person.
    fn link(self) -> Result<String, String> {
        let link = untrack(|| self.drawing_link().and_then(|link| link.write()));
        match link {
            Ok(fragment) => Ok(self.base() + &fragment),
            Err(LinkError::Set(error)) => {
                Err(words().common.sentence(&words().refusals.own_set(&error)))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn drawing_link(self) -> Result<DrawingLink, LinkError> {
        if let Some(error) = self.refused() {
            return Err(error);
        }
        let ink = self.draw.paper.sheet.with(|sheet| sheet.ink().clone());
        let sketch = Sketch::of(&ink).ok_or(LinkError::Points)?;
        let shown = self.support.shown.get().ok_or(LinkError::Blank)?;
        let choice = shown.set.choice.clone();
        let against = if choice.alphabet == OWN {
            Against::Own(Box::new((*self.own.shown_set()).clone()), choice)
        } else {
            Against::Alphabet(choice)
        };
        Ok(DrawingLink {
            sketch,
            pen: self.draw.paper.pen.get(),
            against,
        })
    }

    /// The page's address for somebody else: without what this browser was asked for, but with the network that
    /// ranks, where every copy of the page has it and begins with another.
    fn base(self) -> String {
        let place = location();
        let base = place.origin().unwrap_or_default() + &place.pathname().unwrap_or_default();
        let name = self.model();
        let model = model_of(Some(&name));
        if model == name && model != USUAL_MODEL {
            base + "?model=" + model
        } else {
            base
        }
    }

    fn model(self) -> String {
        self.app
            .model
            .with_untracked(|model| model.as_ref().map(|model| model.name.clone()))
            .unwrap_or_default()
    }

    /// The drawing with its ranking; none where either is not there.
    fn picture(self) -> Option<Picture> {
        untrack(|| {
            let ranking = self.draw.ranking.get()?;
            let query = self.draw.query.get()?;
            let shown = self.support.shown.get()?;
            let drawing = self.draw.paper.sheet.with(|sheet| match sheet.example() {
                Some(_) => Drawing::Outline(outline(&query)),
                None => {
                    let diameter = self.draw.paper.pen.get();
                    Drawing::Strokes(sheet.ink().clone(), Pen { diameter })
                }
            });
            let matched = |rank| {
                let (class, similarity) = ranking.at(rank)?;
                Some(Matched {
                    name: shown.set.classes.get(class)?.name.clone(),
                    outline: shown.outline(class).to_string(),
                    similarity,
                })
            };
            Some(Picture {
                drawing,
                matches: (0..MATCHES).filter_map(matched).collect(),
                facts: Picture::facts(&ranking, &self.set_name(), &self.model()),
            })
        })
    }

    /// What the support set is called.
    fn set_name(self) -> String {
        let alphabet = self.support.choice.with(|choice| choice.alphabet.clone());
        if alphabet != OWN {
            return plain_name(&alphabet);
        }
        let name = self.own.shown_set().name.clone();
        if name.is_empty() {
            words().alphabet.own_set.to_owned()
        } else {
            name
        }
    }
}

/// The row.
#[component]
pub(super) fn ShareDrawing(sharing: Sharing) -> impl IntoView {
    let refused = Memo::new(move |_| sharing.refused());
    let unranked = Memo::new(move |_| sharing.draw.ranking.with(Option::is_none));
    let is_example = move || refused.with(|refused| *refused == Some(LinkError::Example));
    let shared = Shared {
        link: Callback::new(move |()| sharing.link()),
        track: Callback::new(move |()| drop(sharing.subject())),
        too_long: Callback::new(|(bytes, most)| words().drawing.code_long(bytes, most)),
        empty: Signal::derive(move || refused.with(Option::is_some)),
        handle: "drawing",
    };
    let save_png = move |_| {
        if let Some(picture) = sharing.picture() {
            save_png("drawing.png", &picture.still(), SIDES, SCALE);
        }
    };
    let save_svg = move |_| {
        if let Some(picture) = sharing.picture() {
            save_text("drawing.svg", "image/svg+xml", &picture.animated());
        }
    };
    let said = Memo::new(move |_| sharing.said());
    // Why there is no link; a blank pad tells that itself.
    let line = move || {
        let said = said.get();
        said.or_else(|| is_example().then(|| LinkError::Example.to_string()))
    };
    view! {
        <div class="show-it">
            <h2>{words().drawing.title}</h2>
            <p class="note">{words().drawing.lead}</p>
            <ShareButtons shared />
            <p class="run">
                <button class="button" data-testid="drawing-png" disabled=move || unranked.get() on:click=save_png>
                    {words().drawing.png}
                </button>
                <button class="button" data-testid="drawing-svg" disabled=move || unranked.get() on:click=save_svg>
                    {move || if is_example() { words().drawing.svg_still } else { words().drawing.svg }}
                </button>
            </p>
            <p class="facts" role="status" id="drawing-told" data-testid="drawing-told">{line}</p>
            <p class="facts">{words().drawing.based}</p>
        </div>
    }
}
