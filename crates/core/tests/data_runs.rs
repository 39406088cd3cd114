//! The official trials: the committed table is the archive's, and known errors come out.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

use twinglyph_core::baseline::Baseline;
use twinglyph_core::omniglot::{self, OFFICIAL_RUNS};
use twinglyph_core::{Set, runs};

include!("fixtures/omniglot.rs");
include!("fixtures/shards.rs");

#[test]
fn the_table_equals_the_official_runs() {
    let Some(folder) = archives(&[OFFICIAL_RUNS]) else {
        return left_out(
            "the_table_equals_the_official_runs",
            "the archives (OMNIGLOT_DIR)",
        );
    };
    let evaluation = shards(|entry| entry.set == Set::Evaluation);
    let images = omniglot::runs(&std::fs::read(folder.join(OFFICIAL_RUNS)).unwrap()).unwrap();
    let located = omniglot::locate_runs(&images, &evaluation).unwrap();
    assert_eq!(runs::official(), located);
    for (run, images) in runs::official().iter().zip(&images) {
        for (drawing, image) in run.support.iter().zip(&images.training) {
            assert_eq!(drawing.find(&evaluation), Some(image));
        }
        for (query, image) in run.queries.iter().zip(&images.test) {
            assert_eq!(query.drawing.find(&evaluation), Some(image));
        }
    }
    // An image that is not there any more, or a run of two alphabets, is no run.
    let mut odd = images.clone();
    odd[3].test[5].set(0, 0, true);
    let error = omniglot::locate_runs(&odd, &evaluation).unwrap_err();
    assert!(error.to_string().contains("run 04"), "{error}");
}

#[test]
fn the_baselines_make_their_known_errors() {
    let evaluation = shards(|entry| entry.set == Set::Evaluation);
    for (baseline, errors) in [(Baseline::Pixels, 324), (Baseline::Hausdorff, 155)] {
        let tally = baseline.measure(runs::official(), &evaluation).unwrap();
        assert_eq!(
            (tally.errors(), tally.trials()),
            (errors, 400),
            "{baseline:?}"
        );
    }
    let error = Baseline::Pixels
        .measure(runs::official(), &evaluation[..1])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Atlantean/character01 by drawer 5"),
        "{error}"
    );
}
