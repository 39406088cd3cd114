//! The built-in models: digests of their files, self-test sums, and from which margin one view of a drawing is enough.
//!
//! Built-in weights are pinned by SHA-256: a valid file of another release would pass all structural checks. Refuses to
//! know what is in the files, and how they come.

use twinglyph_core::early_exit::EarlyExit;
use twinglyph_core::score::Calibration;

use crate::self_test::{self, SUMS};

/// A file that ships with the app; a test of the engine holds it against the file.
struct BuiltinModel {
    name: &'static str,
    /// SHA-256 of the file.
    digest: &'static str,
    /// [`crate::self_test::sums`] of its self-test numbers, as the CPU gives them natively.
    self_test: [f32; SUMS],
    /// As `lab evaluate --fit-exit` fits it; `None` of a network of one view.
    early_exit: Option<EarlyExit>,
}

const MODELS: [BuiltinModel; 4] = [
    BuiltinModel {
        name: "beginner",
        digest: "0619cd94d1121717bc63f550d73b5847c7958ac14777a83c5e2316e7face1a5a",
        self_test: [
            55.576_954,
            41.870_77,
            -31.592_735,
            62.583_09,
            4.073_827_7,
            -5.116_637,
            -1.253_650_7,
            2.918_673_5,
        ],
        early_exit: None,
    },
    BuiltinModel {
        name: "compact",
        digest: "3bc8a71af83c36a1530c8b33004c8670bda3cec76e125bb50eb28fd50502b7f8",
        self_test: [
            -1.762_858_4,
            -20.268_73,
            25.593_866,
            -6.030_386,
            2.365_695_2,
            6.017_287,
            4.939_392,
            -0.425_427_47,
        ],
        early_exit: None,
    },
    BuiltinModel {
        name: "deep",
        digest: "421147fc5eeea76adbe5a46a44ca131a6b55c679a92535f7cdd7fdc1b2cc57fe",
        self_test: [
            1.878_367_5,
            -19.615_885,
            11.276_962,
            10.074_718,
            0.678_132_1,
            -3.169_939_5,
            -4.288_616,
            -0.367_879_78,
        ],
        early_exit: Some(EarlyExit {
            margin: 4.25,
            calibration: Calibration {
                temperature: 1.422_135_2,
                offset: 0.619_610_37,
            },
        }),
    },
    BuiltinModel {
        name: "koch",
        digest: "1ee7adfac38dcdde02c7215aa9691e558aa1d213fc98629e960090c4baaf2f9f",
        self_test: [
            -8.235_772,
            17.103_113,
            -38.831_57,
            -21.745_758,
            15.958_617,
            -6.370_789,
            20.638_233,
            -4.000_331_4,
        ],
        early_exit: None,
    },
];

fn find(name: &str) -> Option<&'static BuiltinModel> {
    MODELS.iter().find(|model| model.name == name)
}

/// The names of all built-in models.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|model| model.name)
}

/// How far these self-test numbers are from those of the model built in by this name, by their sums, as
/// [`self_test::deviation`]; `None` where none does.
#[must_use]
pub fn deviation(name: &str, numbers: &[f32]) -> Option<f32> {
    let model = find(name)?;
    Some(self_test::deviation(
        &self_test::sums(numbers),
        &model.self_test,
    ))
}

/// Are these the self-test numbers of the model built in by this name?
#[must_use]
pub fn passes_self_test(name: &str, numbers: &[f32]) -> bool {
    deviation(name, numbers).is_some_and(|deviation| deviation <= self_test::TOLERANCE)
}

/// SHA-256 of the file built in by this name, as hexadecimal digits.
#[must_use]
pub fn digest(name: &str) -> Option<&'static str> {
    find(name).map(|model| model.digest)
}

/// When one view of a drawing is enough for the model built in by this name; `None` where none does, and where it
/// has one view.
#[must_use]
pub fn early_exit(name: &str) -> Option<EarlyExit> {
    find(name)?.early_exit
}
