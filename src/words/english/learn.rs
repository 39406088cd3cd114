//! [`crate::words::learn`] in English.

use crate::words::learn::Learn;

impl Learn {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Twinglyph: one-shot learning in ten minutes",
        heading: "One-shot learning in ten minutes",
        lead: "Eight short lessons. Everything in them is alive: the pad, the pictures and the numbers are those of the network that runs in this page.",
        one_title: "One example is all there is",
        one_1: "A usual classifier is shown thousands of drawings of each class, and knows no other class afterwards. One-shot learning asks for less and for more: here is one example of each of some characters. Which of them is a new drawing?",
        one_2: "The examples are called the support set, the new drawing is the query, and with twenty classes of one example each the task is called 20-way one-shot.",
        set_of: |alphabet, count| {
            format!(
                "{alphabet}: {count} characters, an example of each. The network was not trained on evaluation alphabets, nor on invented ones."
            )
        },
        no_set: "The support set is on its way.",
        draw_title: "Draw a query",
        draw_1: "Draw one of them, as badly as you like. A mouse will do.",
        draw_2: "Nothing was learnt between your first stroke and this answer. The network only compares.",
        nothing_yet: "Nothing is drawn yet.",
        like: |name, similarity| format!("{name}, {similarity:.2} similar"),
        sees_title: "What the network sees",
        sees_1: "Before anything is compared, your drawing is brought into one form: its strokes as Omniglot's pens would have drawn them, in the middle, and scaled to one size (koch, the network of the paper, takes the sheet as it is).",
        sees_2: "So a small drawing in a corner is the same drawing. Try it: clear the pad and draw small.",
        twins_title: "Two twins and a distance",
        twins_1: "The network is a twin: one half looks at the query, the other, with the same weights, at an example. Each sums up what it sees as a row of numbers, an embedding. Where the two rows are close, the drawings are probably the same character.",
        twins_2: "These are the similarities of your drawing with each example, from 0 to 1. They need not add up to 1: each pair is judged by itself.",
        bars: "Similarity with each example, best first",
        bar: |name, similarity| format!("{name}: {similarity:.2}"),
        map_1: "Embeddings have hundreds of numbers. On a map of the two directions in which the examples differ most, your drawing moves as you draw.",
        trial_title: "A fair question: the trial",
        trial_1: "How good is that? Ask the same question many times: one drawing, twenty examples by another hand, one of them the same character. Chance is right in 5 % of such trials; people err in 4.5 % of the published ones.",
        trial_2: "Play a few against the network, and don't hurry: it doesn't tire.",
        trial_link: "Play a session",
        learn_title: "How it learnt to compare",
        learn_1: "The network never learnt these characters. It learnt, on other alphabets, to tell same from different: pairs of drawings of one character were to come close, pairs of two to go apart. Koch's paper shows it pairs; here it learns from whole episodes, in which each of many characters is to be found among all others, and does so in the form in which it is asked later.",
        learn_2: "You can go on with that in this page, on alphabets of your choice, and see what it brings, or spoils.",
        learn_link: "Fine-tune it",
        honest_title: "Measuring honestly",
        honest_1: "Whoever compares two networks must ask both the same: the 400 official trials, within one alphabet, by drawers that were not seen. Across all alphabets the choice is easier, since two alphabets rarely look alike, and numbers from there are no match for the paper's.",
        honest_2: "400 trials are few: two errors more or less are chance. So an interval stands beside each rate.",
        honest_link: "Rerun the official trials",
        own_title: "Make it yours",
        own_1: "Since nothing needs to be trained, a new alphabet costs one drawing of each character. Draw your own, name them, and write with them.",
        own_link: "Teach it your characters",
        invitation: "New to this? One-shot learning in ten minutes",
    };
}
