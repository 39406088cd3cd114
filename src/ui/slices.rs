//! Rows in slices: those of a long list are made, and changed, in many short tasks, so that a set of a
//! thousand classes never holds up the pen.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::{Desk, breathe};

/// Most rows of a slice: all of the largest alphabet, 55, are in the first.
const SLICE: usize = 64;

/// Makes a row, by its place, of what a desk says.
pub(super) type MakeRow = Arc<dyn Fn(Desk, usize) -> AnyView + Send + Sync>;

/// The rows of a list. The first slice follows the desk at once, each other one in a task of its own.
#[component]
pub(super) fn Slices(
    /// How many rows a desk has.
    rows: fn(Desk) -> usize,
    row: MakeRow,
    /// Do rows stay in the document that there are no more of?
    stay: bool,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let followers = RwSignal::new(Vec::<Desk>::new());
    let slices = Memo::new(move |most: Option<&usize>| {
        rows(desk).div_ceil(SLICE).max(most.copied().unwrap_or(1))
    });
    let slice = move |at: usize| {
        let desk = if at == 0 { desk } else { desk.follower() };
        if at > 0 {
            followers.update(|followers| followers.push(desk));
        }
        let first = at * SLICE;
        let last = Memo::new(move |most: Option<&usize>| {
            let last = rows(desk).clamp(first, first + SLICE);
            last.max(most.copied().filter(|_| stay).unwrap_or(first))
        });
        let row = row.clone();
        view! { <For each=move || first..last.get() key=|at| *at children=move |at| row(desk, at) /> }
    };
    // Followers that have not heard of the last change, and the next one's turn.
    let behind = StoredValue::new((0, 0));
    Effect::new(move |_| {
        desk.support.track();
        desk.ranking.track();
        desk.teaching.track();
        let count = followers.with(Vec::len);
        let walks = behind.with_value(|behind| behind.0 > 0);
        behind.update_value(|behind| behind.0 = count);
        if walks || count == 0 {
            return;
        }
        leptos::task::spawn_local(async move {
            loop {
                breathe().await;
                let next = behind.try_update_value(|(left, turn)| {
                    *left = left.saturating_sub(1);
                    *turn += 1;
                    (*left, *turn)
                });
                // The list may be gone.
                let Some((left, turn)) = next else { return };
                followers.with_untracked(|all| {
                    if let Some(follower) = all.get(turn % all.len().max(1)) {
                        follower.catch_up(desk);
                    }
                });
                if left == 0 {
                    return;
                }
            }
        });
    });
    view! { <For each=move || 0..slices.get() key=|at| *at children=slice /> }
}
