//! The same seed gives the same bytes everywhere: these digests hold natively and in wasm.
//!
//! A digest that changes is a change of everyone's trials, episodes and invented alphabets, and
//! of resumed training: it belongs in the changelog.
#![allow(clippy::unwrap_used)]

use twinglyph_core::alphabet::Alphabet;
use twinglyph_core::augment::{ClassWarp, Distortion, ImageWarp, Symmetry, distort_bitmap, render};
use twinglyph_core::canonical::{PIXELS, canonical};
use twinglyph_core::episode::Episode;
use twinglyph_core::invented::{self, Script};
use twinglyph_core::rng::Rng;
use twinglyph_core::trial::{self, DrawingRef};
use twinglyph_core::{augment, episode};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Fowler, Noll and Vo's hash 1a of 64 bits.
struct Digest(u64);

impl Digest {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    fn number(self, number: usize) -> Self {
        self.bytes(&u32::try_from(number).unwrap().to_le_bytes())
    }

    fn drawing(self, at: DrawingRef) -> Self {
        self.number(at.alphabet)
            .number(at.character)
            .number(at.drawer)
    }

    fn floats(self, values: &[f32]) -> Self {
        values.iter().fold(self, |digest, value| {
            digest.bytes(&value.to_bits().to_le_bytes())
        })
    }
}

fn alphabets() -> Vec<Alphabet> {
    (0..5).map(invented::alphabet).collect()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn invented_alphabets() {
    let digest = alphabets().iter().fold(Digest::new(), |digest, alphabet| {
        let digest = digest.bytes(alphabet.name().as_bytes());
        let drawings = alphabet.drawings().iter();
        drawings.fold(digest, |digest, drawing| digest.bytes(drawing.as_bytes()))
    });
    assert_eq!(digest.0, 0xa9ea_59d8_de8c_88ca);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn invented_strokes() {
    let script = Script::new(u64::MAX);
    let mut digest = Digest::new();
    for at in 0..20 {
        for stroke in script.strokes(at, 19 - at).strokes {
            for point in stroke.points {
                digest = digest.floats(&[point.x, point.y, point.t, point.pressure]);
            }
        }
    }
    assert_eq!(digest.0, 0xeae5_c16f_0e4c_af5b);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn trials_and_pairs() {
    let alphabets = alphabets();
    let mut rng = Rng::new(17);
    let mut digest = Digest::new();
    for _ in 0..50 {
        for trial in [
            trial::within(&alphabets, 20, &mut rng).unwrap(),
            trial::across(&alphabets, 5, &mut rng).unwrap(),
        ] {
            digest = trial.support.into_iter().fold(digest, Digest::drawing);
            digest = digest.drawing(trial.query).number(trial.answer);
        }
    }
    for pair in trial::pairs(&alphabets, 50, &mut rng).unwrap() {
        digest = digest.drawing(pair.first).drawing(pair.second);
    }
    assert_eq!(digest.0, 0x5ec8_a716_9cb1_1b3b);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn augmented_episodes() {
    let alphabets = alphabets();
    let mut rng = Rng::stream(17, 3);
    let episode = Episode::sample(&alphabets, &episode::Settings::default(), &mut rng).unwrap();
    let settings = augment::Settings::default();
    let mut digest = Digest::new();
    let mut image = vec![0.0; PIXELS];
    for twins in &episode.twins {
        let class = ClassWarp::sample(&mut rng, &settings);
        let symmetry = Symmetry::ALL.iter().position(|one| *one == twins.symmetry);
        digest = digest.number(symmetry.unwrap());
        for drawing in [twins.first, twins.second] {
            let warp = ImageWarp::sample(&mut rng, &settings);
            let bitmap = drawing.of(&alphabets).unwrap();
            render(bitmap, twins.symmetry, &class, &warp, &mut image);
            digest = digest.drawing(drawing).floats(&image);
        }
    }
    assert_eq!(digest.0, 0xdf29_2751_0497_9c34);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn canonical_forms_and_distortions() {
    let mut rng = Rng::new(23);
    let mut digest = Digest::new();
    for bitmap in invented::alphabet(9).drawings().iter().step_by(7) {
        let distortion = Distortion {
            rotation_degrees: rng.uniform(-30.0, 30.0),
            scale: rng.uniform(0.6, 1.3),
            shift_x: rng.uniform(-12.0, 12.0),
            shift_y: rng.uniform(-12.0, 12.0),
            thickness_px: rng.below(4) as i32 - 1,
        };
        let distorted = distort_bitmap(bitmap, &distortion);
        digest = digest
            .bytes(distorted.as_bytes())
            .floats(&canonical(&distorted));
    }
    assert_eq!(digest.0, 0x018e_174e_d09a_0eb1);
}
