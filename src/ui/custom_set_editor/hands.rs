//! Whose hand is hardest, and which characters are confused, in a set that several people drew.

use leptos::prelude::*;
use twinglyph_core::own::Example;

use super::Editor;
use crate::session::custom_set_editor::label;
use crate::session::measure::{Confused, Hand, Hands, Measure};
use crate::ui::bench::{Bench, Controls};
use crate::ui::glyph::Glyph;
use crate::vectorize::outline;
use crate::words::words;

/// Confused pairs that are shown.
const SHOWN: usize = 12;

/// The comparison, where two people drew the set.
#[component]
pub(super) fn HandsOfClass() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let editing = editor.own.editing;
    let people = Memo::new(move |_| {
        editing.with(|editing| {
            let set = editing.set();
            let examples = || set.classes.iter().flat_map(|class| &class.examples);
            let nobody = |example: &Example| example.drawer.is_empty();
            set.drawers().len() + usize::from(examples().any(nobody))
        })
    });
    let bench = Bench::<Hands>::new();
    let start = Callback::new(move |()| {
        let set = editing.with_untracked(|editing| editing.set().clone());
        bench.start(move |_| {
            let hands = Hands::new(&set);
            hands.ok_or_else(|| words().hands.too_few.to_owned())
        });
    });
    // Numbers of a set that has changed since would be believed of this one.
    Effect::new(move |before: Option<()>| {
        editing.track();
        if before.is_some() && bench.is_going() {
            bench.end(words().hands.changed.to_owned());
        }
        if before.is_some() {
            bench.measure.set(None);
        }
    });
    let outcome = Memo::new(move |_| {
        bench.measure.with(|hands| {
            let hands = hands.as_ref()?;
            (hands.done() == hands.parts()).then(|| hands.outcome())
        })
    });
    let rows = move || {
        let (hands, _) = outcome.get()?;
        let row = |hand: Hand| {
            let name = match hand.drawer.as_str() {
                "" => words().hands.nobody.to_owned(),
                named => named.to_owned(),
            };
            let right = hand.tally.trials() - hand.tally.errors();
            let interval = hand.tally.accuracy_interval();
            view! {
                <tr data-testid="hand" data-drawer=hand.drawer data-right=right.to_string()>
                    <th scope="row"><bdi translate="no">{name}</bdi></th>
                    <td>{words().common.of(right.into(), hand.tally.trials().into())}</td>
                    <td>{words().hands.interval(interval.low * 100.0, interval.high * 100.0)}</td>
                </tr>
            }
        };
        Some(hands.into_iter().map(row).collect_view())
    };
    let pairs = move || {
        let (_, confused) = outcome.get()?;
        let set = editing.with_untracked(|editing| editing.set().clone());
        let pair = |((right, chosen), count): Confused| {
            let name = |at: usize| {
                set.classes
                    .get(at)
                    .map_or_else(String::new, |one| label(one, at))
            };
            let picture = |at: usize| {
                let class = set.classes.get(at);
                let drawing = class.and_then(|class| class.drawings().next());
                let drawn = Signal::stored(drawing.map(outline).unwrap_or_default().into());
                view! { <Glyph outline=drawn /> }
            };
            view! {
                <li>
                    <span class="hand-pair" aria-hidden="true">{picture(right)} "→" {picture(chosen)}</span>
                    <span>{words().confusion.pair(&name(right), &name(chosen), count)}</span>
                </li>
            }
        };
        Some(confused.into_iter().take(SHOWN).map(pair).collect_view())
    };
    view! {
        <section class="hands" aria-label=words().hands.title hidden=move || { people.get() < 2 } data-testid="hands">
            <h2>{words().hands.title}</h2>
            <p class="facts">{move || words().hands.how(people.get())}</p>
            <Controls bench name="hands" label=Signal::stored(words().hands.compare.to_owned()) start />
            <div hidden=move || outcome.with(Option::is_none)>
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">{words().hands.drawer}</th>
                            <th scope="col">{words().hands.right}</th>
                            <th scope="col">{words().hands.range}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                <ul class="hand-pairs">{pairs}</ul>
            </div>
        </section>
    }
}
