//! The models that ship with this version of the app: their files' digests and golden numbers.
//!
//! A whole weights file of another version would pass every check of its numbers, so what comes is
//! believed by its digest. Refuses to know what is in the files, and how they come.

use crate::golden::{self, SUMS};

/// A file that ships with the app; a test of the engine holds it against the file.
struct Shipped {
    name: &'static str,
    /// SHA-256 of the file.
    digest: &'static str,
    /// [`crate::golden::sums`] of its golden numbers, as the CPU gives them natively.
    golden: [f32; SUMS],
}

const SHIPPED: [Shipped; 3] = [
    Shipped {
        name: "compact",
        digest: "3bc8a71af83c36a1530c8b33004c8670bda3cec76e125bb50eb28fd50502b7f8",
        golden: [
            -1.762_858_4,
            -20.268_73,
            25.593_866,
            -6.030_386,
            2.365_695_2,
            6.017_287,
            4.939_392,
            -0.425_427_47,
        ],
    },
    Shipped {
        name: "deep",
        digest: "40bcc6ca39ac36f8dfc05a3c1611cd5ccb31546e66be1420e7a3d82c30da4749",
        golden: [
            2.490_139_5,
            -19.798_328,
            11.504_439,
            10.183_347,
            0.883_814_5,
            -3.289_219_4,
            -4.440_815_4,
            -0.263_493_24,
        ],
    },
    Shipped {
        name: "koch",
        digest: "1ee7adfac38dcdde02c7215aa9691e558aa1d213fc98629e960090c4baaf2f9f",
        golden: [
            -8.235_772,
            17.103_113,
            -38.831_57,
            -21.745_758,
            15.958_617,
            -6.370_789,
            20.638_233,
            -4.000_331_4,
        ],
    },
];

fn shipped(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}

/// How far these golden numbers are from those of the model that ships by this name, by their sums, as
/// [`golden::deviation`]; `None` where none does.
#[must_use]
pub fn deviation(name: &str, numbers: &[f32]) -> Option<f32> {
    let shipped = shipped(name)?;
    Some(golden::deviation(&golden::sums(numbers), &shipped.golden))
}

/// Are these the golden numbers of the model that ships by this name?
#[must_use]
pub fn is_golden(name: &str, numbers: &[f32]) -> bool {
    deviation(name, numbers).is_some_and(|deviation| deviation <= golden::TOLERANCE)
}

/// SHA-256 of the file that ships by this name, as hexadecimal digits.
#[must_use]
pub fn digest(name: &str) -> Option<&'static str> {
    shipped(name).map(|shipped| shipped.digest)
}
