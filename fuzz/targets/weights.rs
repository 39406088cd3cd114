//! Weights files and checkpoints: a header that a fuzzer invents, before as many numbers as the
//! smallest network has. The fuzzer need not carry the numbers about, and reaches what is behind the
//! header's checks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twinglyph_model::weights;
use twinglyph_model::train::Checkpoint;

/// Bytes of compact's numbers as they ship, kernels in two bytes each.
const NUMBERS: usize = 2_725_228;

fuzz_target!(|header: &[u8]| {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header);
    file.resize(file.len() + NUMBERS, 0);
    let device = burn::tensor::Device::flex();
    // The header alone, the file cut behind it, and the whole.
    for end in [8 + header.len(), file.len()] {
        let file = &file[..end];
        let peeked = weights::peek(file).is_ok();
        if weights::read(file, &device).is_ok() {
            assert!(peeked, "what can be read can be looked at");
        }
        let _ = Checkpoint::config(file);
    }
});
