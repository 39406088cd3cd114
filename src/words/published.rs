//! Published results on the official trials, in words.

area! {
    Findings {
        arc,
        bpl,
        people,
        siamese,
        affine,
        hierarchical,
        boltzmann,
        hausdorff,
        pixels,
        arc_how,
        bpl_how,
        people_how,
        siamese_how,
        quoted,
        hausdorff_how,
        pixels_how,
    }
}
