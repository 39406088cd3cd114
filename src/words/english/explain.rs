//! [`crate::words::explain`] in English.

use super::many;
use crate::words::explain::Explain;

impl Explain {
    pub(in crate::words) const ENGLISH: Self = Self {
        more: "More about the drawing",
        map: "Map of the embeddings",
        map_lead: "Each character of the support set at the place of its embedding, the numbers that the network makes of it, on the two axes along which these characters differ most (principal components).",
        map_flat: "So what is near here may be far in truth. Lines join your drawing with the three most similar, by the score of the whole embedding.",
        map_comes: "The map is on its way.",
        map_beyond: " Your drawing lies farther out than there is room for: it is at the edge.",
        map_without: |count| format!("Map of {}, without a drawing.", many(count, "character")),
        map_of: |count, names| {
            let characters = many(count, "character");
            format!(
                "Map of {characters} and your drawing, which is joined with {names}. The list of the matches says how similar each is."
            )
        },
        kept: |both, across, up| {
            format!(
                "The two axes keep {both:.0} % of their differences (variance): {across:.0} % across, {up:.0} % up."
            )
        },
        embedding: |kept, numbers, views| {
            format!("{kept} An embedding has {numbers} numbers{views}. ")
        },
        by_views: |views| format!(" by each of {views} views"),
        nearest: "Nearest in all of Omniglot",
        nearest_lead: "Compares your drawing with one example of every character of all alphabets, by one view, and the best of them by all views. The first time all of them must be fetched and embedded; after that only your drawing.",
        fetching: |done, all| format!("Fetching the alphabets: {done} of {all}."),
        embedding_all: |done, all, left| {
            format!("Embedding their characters: {done} of {all}{left}.")
        },
        left: |seconds| format!(", about {seconds:.0} s left"),
        comparing: "Comparing.",
        number: |number| format!("number {number}"),
        closest: |number, alphabet, similarity, among| {
            format!(
                "Your drawing is closest to {number} of {alphabet}, {similarity:.2} similar, among {among} characters."
            )
        },
        look: "Look through all characters",
        embedded: "Characters embedded",
        outdated: "The drawing has changed since; look again.",
        no_drawing: "There is no drawing: make one on the pad, and ask again.",
        cancelled: "Cancelled; what is done so far is kept.",
        changed: "The network or its device was changed again and again; ask once more.",
        no_omniglot: "This copy of the page comes without Omniglot: there is nothing to look through but the alphabets above.",
    };
}
