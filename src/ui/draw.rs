//! The page `#/draw`: the pad, the answer, the support set; writing with characters of one's own;
//! below, what else can be known of the drawing.

use leptos::prelude::*;

use super::answer::Answer;
use super::cells::SupportSheet;
use super::desk::Desk;
use super::explain::Explain;
use super::pad::Pad;
use super::sees::Sees;
use super::tools::{Invitation, Tools};
use super::typing::Typing;
use crate::words::words;

/// Draw on the left, the answer in the middle, the set on the right; on a phone one below the
/// other.
#[component]
pub(super) fn Draw() -> impl IntoView {
    let paper = expect_context::<Desk>().paper;
    view! {
        <h1 class="visually-hidden">{words().draw.title}</h1>
        <div class="draw">
            <section class="desk" aria-label=words().common.drawing>
                <Pad paper />
                <Tools />
                <Invitation />
                <Sees />
            </section>
            <Answer />
            <SupportSheet />
            <Typing />
            <Explain />
        </div>
    }
}
