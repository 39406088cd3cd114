//! The models that ship with this version of the app: their files' digests and self-test numbers, and from which margin
//! one view of a drawing is enough.
//!
//! A whole weights file of another version would pass every check of its numbers, so what comes is
//! believed by its digest. Refuses to know what is in the files, and how they come.

use twinglyph_core::early_exit::EarlyExit;
use twinglyph_core::score::Calibration;

use crate::self_test::{self, SUMS};

/// A file that ships with the app; a test of the engine holds it against the file.
struct Shipped {
    name: &'static str,
    /// SHA-256 of the file.
    digest: &'static str,
    /// [`crate::self_test::sums`] of its self-test numbers, as the CPU gives them natively.
    self_test: [f32; SUMS],
    /// As `lab evaluate --fit-exit` fits it; `None` of a network of one view.
    early_exit: Option<EarlyExit>,
}

const SHIPPED: [Shipped; 3] = [
    Shipped {
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
    Shipped {
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
    Shipped {
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

fn shipped(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}

/// How far these self-test numbers are from those of the model that ships by this name, by their sums, as
/// [`self_test::deviation`]; `None` where none does.
#[must_use]
pub fn deviation(name: &str, numbers: &[f32]) -> Option<f32> {
    let shipped = shipped(name)?;
    Some(self_test::deviation(
        &self_test::sums(numbers),
        &shipped.self_test,
    ))
}

/// Are these the self-test numbers of the model that ships by this name?
#[must_use]
pub fn passes_self_test(name: &str, numbers: &[f32]) -> bool {
    deviation(name, numbers).is_some_and(|deviation| deviation <= self_test::TOLERANCE)
}

/// SHA-256 of the file that ships by this name, as hexadecimal digits.
#[must_use]
pub fn digest(name: &str) -> Option<&'static str> {
    shipped(name).map(|shipped| shipped.digest)
}

/// When one view of a drawing is enough for the model that ships by this name; `None` where none does, and where it
/// has one view.
#[must_use]
pub fn early_exit(name: &str) -> Option<EarlyExit> {
    shipped(name)?.early_exit
}
