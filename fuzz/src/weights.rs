//! A weights file: the header of an attacker, and zeros for as many numbers as the smallest network has in one of
//! its forms. The fuzzer mutates only the header, so it reaches the code behind the header's checks.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use twinglyph_core::Architecture;
use twinglyph_nn::{Twin, twin, weights};

/// Bytes of compact's numbers: with kernels of f16, and as it ships, with kernels packed in 5 bits.
const NUMBERS: [usize; 2] = [2_725_228, 868_460];

/// The shapes of compact's tensors by their names.
fn shapes() -> &'static BTreeMap<String, Vec<usize>> {
    static SHAPES: OnceLock<BTreeMap<String, Vec<usize>>> = OnceLock::new();
    SHAPES.get_or_init(|| twin::shapes(Architecture::Compact))
}

/// All readers of weights agree on what is valid, and give finite numbers in the announced shapes.
pub fn weights(header: &[u8]) {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header);
    // The file cut behind its header, and the whole file in each form.
    for numbers in [0, NUMBERS[0], NUMBERS[1]] {
        file.resize(8 + header.len() + numbers, 0);
        let file = &file[..];
        let peeked = weights::peek(file).is_ok();
        if let Ok((tensors, _)) = weights::tensors(file) {
            assert!(peeked, "what can be read can be looked at");
            for (name, (shape, values)) in &tensors {
                assert_eq!(values.len(), shape.iter().product::<usize>(), "{name}");
                assert!(values.iter().all(|value| value.is_finite()), "{name}");
                assert_eq!(
                    weights::tensor(file, name)
                        .map(|(_, values)| values)
                        .as_ref(),
                    Ok(values)
                );
                let _ = weights::rows_of(file.into(), name);
            }
        }
        if Twin::read(file).is_ok() {
            assert!(peeked, "what can be computed can be looked at");
        }
        if let Ok(values) = weights::of_shapes(file, shapes()) {
            assert!(
                values.keys().eq(shapes().keys()),
                "all tensors and no other"
            );
        }
    }
}
