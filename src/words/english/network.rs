//! [`crate::words::network`] in English.

use crate::words::network::Inside;

impl Inside {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "The network",
        lead: "What it is made of, what your drawing becomes in it layer by layer, and what makes it like another drawing or unlike it.",
        looking_at: |done, total| format!("Looking: {done} of {total} patches taken away."),
        looking: "Looking…",
        layers_region: "Layers",
        layers: "Its layers",
        network: "Network",
        the_layers: "The layers",
        layer: "Layer",
        does: "What it does",
        output: "Output",
        parameters: "Parameters",
        multiply_adds: "Multiply-adds",
        all: "All",
        layers_note: "Outputs and multiply-adds are those of one drawing; of the score, those of a pair. koch is the network of the paper.",
        maps_first: |most, count, side| {
            format!("the first {most} of {count} maps of {side} by {side}")
        },
        maps: |count, side| format!("{count} maps of {side} by {side}"),
        maps_of: |layer, shown, range| format!("{layer}: {shown}, {range}"),
        feature_maps: "Feature maps",
        becomes: "What the drawing becomes",
        no_drawing: "There is no drawing: make one on the ",
        pad: "pad",
        no_drawing_after: ".",
        maps_note: "Every square shows where on the drawing one feature was found: pale is little, dark is much. Early layers see edges and their directions, later ones shapes, on an ever coarser grid.",
        filters: |count, side, range| {
            format!("{count} filters of {side} by {side} pixels, weights {range}")
        },
        filters_region: "Filters",
        looks_first: "What it looks for first",
        filters_note: "The first layer lays these small patterns over every place of the drawing and notes how well each fits.",
        range: |least, greatest| format!("from {least:.2} to {greatest:.2}"),
        pictures: |count, layer| format!("{count} pictures of layer {layer}"),
        pair: "A pair",
        alike: "What makes two drawings alike",
        against: "The drawing against ",
        nothing: "There is nothing to compare yet.",
        occlusion: "The ink that decides: red makes them alike, blue unlike, measured by taking it away",
        lost_query: "Places of the drawing that fit nowhere near on the other",
        lost_other: "Places of the example that fit nowhere near on the drawing",
        to_begin: "to begin with",
        components_differ: |count| format!("{count} components of the embedding differ"),
        places_fit: "places of each fit those near them on the other",
        component: |number| format!("number {number}"),
        components_part: |count, part| {
            format!("These {count} make {part:.0} % of what the components take away.")
        },
        similarity: "similarity",
        similarity_by: |views| format!("similarity, by {views} views"),
        score: "score",
        views_note: "The terms are those of one view. The similarity takes the mean score of several: each pair of drawings turned, mirrored and tilted alike.",
        differ_most: "The components that differ most",
    };
}
