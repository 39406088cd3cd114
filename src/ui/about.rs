//! The page `#/about`: what this is, what it isn't, and whose work it stands on.

use leptos::prelude::*;

use super::offline::Kept;

/// Short and honest.
#[component]
pub(super) fn About() -> impl IntoView {
    view! {
        <article class="about">
            <h1>"One look is enough"</h1>
            <p class="lead">
                "Twinglyph recognises a character after seeing one example of it. Draw on the "
                <a href="#/draw">"pad"</a>
                ", and a network that never learnt the alphabet says which character of the support set is most like yours."
            </p>

            <h2>"How it compares"</h2>
            <p>
                "The network is a twin: two copies with the same weights. One looks at your drawing, the other at an example, and each sums up what it sees as a row of numbers. Where the two rows are close, the drawings are probably the same character. The score is shown as "
                <em>"similarity"</em>
                ", from 0 to 1. It is not a probability of being right: among twenty characters that all look alike, every one can be similar."
            </p>
            <p>
                "The idea is from Koch, Zemel and Salakhutdinov, "
                <cite>"Siamese Neural Networks for One-shot Image Recognition"</cite>
                " (2015). The network here is smaller and compares places of the drawing, too. It comes in two sizes: deep, which looks at each drawing in eight ways, turned, mirrored and tilted, and errs least; and compact, to be chosen at the head of the page, which looks once and answers faster. Theirs is there as well, as koch: 39 MB, fetched when it is chosen."
            </p>

            <h2>"What it was shown"</h2>
            <p>
                "The alphabets are from "
                <a href="https://github.com/brendenlake/omniglot">"Omniglot"</a>
                " by Brenden Lake and others: 1,623 characters of 50 alphabets, each drawn by 20 people. The network was trained on the background alphabets only. The evaluation alphabets and the invented ones, which a program makes up, are new to it."
            </p>

            <h2>"Where it runs"</h2>
            <p>
                "In this browser, on its graphics processor by WebGPU or on its processor, whichever is right and faster. No server sees what you draw, nothing is counted, and there is no account. Your settings and the drawing are kept by the browser alone."
            </p>

            <h2>"Without a network"</h2>
            <p>
                "Once opened, this page works without a network, too, and can be installed as an app. Its newest version is fetched beside whatever you do, whole or not at all."
            </p>
            <Kept />

            <h2>"Where it errs"</h2>
            <p>
                "Characters that differ by a small stroke are mistaken for each other. Pens much thicker than Omniglot's make it err more, and so do drawings turned on their side: it puts a drawing in the middle and scales it, but it doesn't turn one drawing to fit another."
            </p>
        </article>
    }
}
