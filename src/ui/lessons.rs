//! The page `#/lessons`: lessons for a class, on the screen and on two pages of A4.
//!
//! Its texts are those of docs/teaching.md. Refuses to know what the pages do that it leads to.

use leptos::prelude::*;

use super::style::adopt;
use crate::words::lessons::{Plan, pieces};
use crate::words::words;

/// Where the app is, without the page and the wishes in the address.
fn app_address() -> String {
    let place = location();
    let origin = place.origin().unwrap_or_default();
    origin + &place.pathname().unwrap_or_default()
}

/// The whole guide.
#[component]
pub(super) fn Lessons() -> impl IntoView {
    adopt(include_str!("../../assets/css/lessons.css"));
    let words = &words().lessons;
    view! {
        <article class="guide" data-testid="guide">
            <h1>{words.heading}</h1>
            <p class="lead">{words.lead}</p>
            <p>
                <button
                    class="button"
                    data-testid="guide-print"
                    on:click=move |_| {
                        // A browser that can't print does nothing.
                        let _ = window().print();
                    }
                >
                    {words.print}
                </button>
            </p>
            <section class="beginning">
                <h2>{words.begin}</h2>
                <ul>
                    {words
                        .beginning()
                        .map(|text| view! { <li>{linked(text)}</li> })
                        .collect_view()}
                </ul>
                <p>{words.address} <strong class="place" translate="no">{app_address()}</strong></p>
            </section>
            <ol class="plans">
                {words.plans().map(|plan| view! { <Lesson plan /> }).collect_view()}
            </ol>
            <section class="sources">
                <h2>{words.sources}</h2>
                <p>{words.sources_1}</p>
            </section>
        </article>
    }
}

#[component]
fn Lesson(plan: Plan) -> impl IntoView {
    let words = &words().lessons;
    view! {
        <li class="plan" data-testid="plan">
            <h2>{plan.title}</h2>
            <p class="facts">{plan.time}</p>
            <ol class="steps">
                {plan.steps.map(|step| view! { <li>{linked(step)}</li> }).collect_view()}
            </ol>
            <h3>{words.ask}</h3>
            <p>{linked(plan.ask)}</p>
            <h3>{words.find}</h3>
            <p>{linked(plan.find)}</p>
        </li>
    }
}

/// A text with its links.
fn linked(text: &'static str) -> impl IntoView {
    pieces(text)
        .into_iter()
        .map(|(text, address)| match address {
            Some(address) => view! { <a href=address>{text}</a> }.into_any(),
            None => text.into_any(),
        })
        .collect_view()
}
