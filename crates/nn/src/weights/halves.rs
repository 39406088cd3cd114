//! Half-precision numbers (IEEE 754 binary16) as f32, each exactly.
//!
//! Without a branch, so that the compiler can take several at a time: `half` decides for each number what
//! it is, and a million of them are read while a person waits for the first ranking.

/// What the sign leaves.
const MAGNITUDE: u16 = 0x7fff;

/// The exponent of what is no finite number.
const EXPONENT: u16 = 0x7c00;

/// 2^112: between the two formats' biases of the exponent, 127 and 15, lie 112.
const BIASES: f32 = f32::from_bits((112 + 127) << 23);

/// The values of little-endian bytes; what is not finite becomes NaN.
pub(super) fn restored(bytes: &[u8]) -> Vec<f32> {
    let mut values = Vec::with_capacity(bytes.len() / 2);
    for bytes in bytes.chunks(AT_ONCE) {
        restore(bytes, &mut values);
    }
    values
}

/// Bytes restored in one call. Browsers replace their first, slow code of a function where it is called,
/// not within its loops.
const AT_ONCE: usize = 1 << 13;

#[inline(never)]
fn restore(bytes: &[u8], values: &mut Vec<f32>) {
    let value = |bytes: &[u8]| {
        let bits = u16::from_le_bytes([bytes[0], bytes[1]]);
        let magnitude = f32::from_bits(u32::from(bits & MAGNITUDE) << 13) * BIASES;
        let sign = u32::from(bits & !MAGNITUDE) << 16;
        let value = f32::from_bits(magnitude.to_bits() | sign);
        let is_finite = bits & EXPONENT != EXPONENT;
        if is_finite { value } else { f32::NAN }
    };
    values.extend(bytes.chunks_exact(2).map(value));
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use half::f16;

    #[test]
    fn every_half_is_what_the_format_says() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        let values = restored(&bytes);
        assert_eq!(values.len(), 1 << 16);
        for (bits, value) in (0..=u16::MAX).zip(values) {
            let expected = f16::from_bits(bits);
            if expected.is_finite() {
                assert_eq!(value.to_bits(), expected.to_f32().to_bits(), "{bits:#06x}");
            } else {
                assert!(value.is_nan(), "{bits:#06x}");
            }
        }
    }
}
