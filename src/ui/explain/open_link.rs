//! Opens the drawing of the page's address: on the pad, against its support set. Until all of it is here, nothing
//! changes; then what was on the pad is one step back, and the person's own set waits.

use leptos::prelude::*;
use twinglyph_core::own::OwnSet;

use super::share_drawing::Sharing;
use crate::session::custom_set_editor::CustomSetEditor;
use crate::session::drawing_link::{Against, DrawingLink, LinkError, PAGE};
use crate::session::library::plain_name;
use crate::ui::address::{parameter, replace};
use crate::ui::pause::pause;
use crate::ui::persistence;
use crate::ui::stores::{AlphabetStore, AppState, CustomSetStore, SupportStore, use_store};
use crate::words::words;

/// How often the opener looks whether the list of alphabets is here, milliseconds.
const LOOK: i32 = 50;

/// Looks until an alphabet is missed that only a late list can bring: 15 s.
const LOOKS: u32 = 300;

/// What opens links.
#[derive(Clone, Copy)]
struct Opener {
    app: AppState,
    alphabets: AlphabetStore,
    own: CustomSetStore,
    support: SupportStore,
    sharing: Sharing,
    /// Counts the links: of two that wait, the newer one is opened.
    latest: StoredValue<u32>,
}

/// Opens the link of the page's address, if it has one: now, and whenever the address changes.
pub(super) fn listen(sharing: Sharing) {
    let opener = Opener {
        app: use_store(),
        alphabets: use_store(),
        own: use_store(),
        support: use_store(),
        sharing,
        latest: StoredValue::new(0),
    };
    // Before a link in the address is opened, which takes the parameters away with it.
    let unknown = unknown();
    opener.look();
    if let Some(told) = unknown {
        opener.app.tell(told);
    }
    let handle = window_event_listener(leptos::ev::hashchange, move |_| opener.look());
    on_cleanup(move || handle.remove());
}

/// What the address asks for in vain, in words.
fn unknown() -> Option<String> {
    let known: [(&str, &[&str]); 3] = [
        ("device", &["cpu", "webgpu"]),
        ("model", &["deep", "compact"]),
        ("lang", &["en", "ja"]),
    ];
    known.iter().find_map(|(name, values)| {
        let value = parameter(name)?;
        let primary = value.split('-').next().unwrap_or_default();
        let is_known = values.contains(&primary);
        (!is_known).then(|| words().drawing.unknown(&value, name, &values.join(", ")))
    })
}

impl Opener {
    fn look(self) {
        let hash = location().hash().unwrap_or_default();
        let link = match DrawingLink::parse(&hash) {
            Ok(None) => return,
            Ok(Some(link)) => Ok(link),
            Err(error) => Err(error),
        };
        // A reload shall not bring it again over what was drawn since.
        replace(PAGE);
        match link {
            Err(error) => self.app.tell(error.to_string()),
            Ok(link) => leptos::task::spawn_local(async move {
                if let Err(why) = self.open(link).await {
                    self.app.tell(why);
                }
            }),
        }
    }

    /// Opens a link.
    ///
    /// # Errors
    /// When its alphabet can't be had, in words.
    async fn open(self, link: DrawingLink) -> Result<(), String> {
        let number = self.latest.get_value().wrapping_add(1);
        self.latest.set_value(number);
        let choice = link.against.choice().clone();
        // The list's coming chooses an alphabet; what is chosen before would give way to that.
        self.wait_for_list(&link.against).await?;
        if let Against::Alphabet(choice) = &link.against
            && let Err(error) = self.alphabets.alphabet(&choice.alphabet).await
        {
            return Err(words().notice.kept_all(&error.to_string()));
        }
        if self.latest.get_value() != number {
            return Ok(());
        }
        if let Against::Own(set, _) = link.against {
            self.look_at(*set);
        }
        let ink = link.sketch.ink();
        self.support.show_drawing(ink, link.pen, choice);
        self.sharing.tell(words().drawing.opened);
        Ok(())
    }

    /// Waits until there is a list of alphabets, and the one that is compared with in it.
    ///
    /// # Errors
    /// When it doesn't come, or is none of them, in words.
    async fn wait_for_list(self, against: &Against) -> Result<(), String> {
        let mut looks = 0;
        loop {
            let (is_filled, is_there) = self.alphabets.library.with_untracked(|library| {
                let is_there = match against {
                    Against::Own(..) => true,
                    Against::Alphabet(choice) => library.get(&choice.alphabet).is_some(),
                };
                (!library.listings().is_empty(), is_there)
            });
            match against {
                _ if is_filled && is_there => return Ok(()),
                Against::Alphabet(_) if self.alphabets.has_omniglot() => {
                    return Err(LinkError::Against.to_string());
                }
                Against::Alphabet(choice) if looks == LOOKS => {
                    return Err(words().drawing.no_alphabet(&plain_name(&choice.alphabet)));
                }
                _ => {}
            }
            looks += u32::from(is_filled);
            pause(LOOK).await;
        }
    }

    /// Shows somebody's set beside the person's own.
    fn look_at(self, set: OwnSet) {
        let set = CustomSetEditor::new(set).set().clone();
        if self.own.own_set() == *set {
            self.own.leave();
        } else if self.own.shown_set() != set {
            persistence::keep_guest(set.to_address().ok());
            self.own.look_at((*set).clone());
        }
    }
}
