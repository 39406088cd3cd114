//! Exponential and logarithm that the compiler can vectorise, to a few units in the last place.

/// `e^x`, below the normal numbers too: sums of what is hardly there decide the logarithm of what
/// is far from everything. The value at 88 above that.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    const LOG2_E: f32 = core::f32::consts::LOG2_E;
    // ln 2 in two parts, the first exact in products with whole numbers.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // Added to a number it leaves it, rounded to a whole one, in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-105.0, 88.0);
    let rounded = x * LOG2_E + ROUND;
    let whole = rounded - ROUND;
    let r = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let p = p * r * r + r + 1.0;
    // The power of two in two halves, each of which is a normal number.
    let whole = (rounded.to_bits() as i32) - (ROUND.to_bits() as i32);
    let half = whole >> 1;
    let power = |of: i32| f32::from_bits(((of + 127) as u32) << 23);
    p * power(half) * power(whole - half)
}

/// The natural logarithm of a positive normal number.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    // x = 2^e m with m from sqrt(1/2) to sqrt(2).
    let bits = x.to_bits().wrapping_sub(0x3f35_04f3);
    let exponent = (bits as i32) >> 23;
    let m = f32::from_bits((bits & 0x007f_ffff) + 0x3f35_04f3) - 1.0;
    let mut p = 7.037_683_6e-2;
    p = p * m - 1.151_461e-1;
    p = p * m + 1.167_699_9e-1;
    p = p * m - 1.242_014_1e-1;
    p = p * m + 1.424_932_2e-1;
    p = p * m - 1.666_805_8e-1;
    p = p * m + 2.000_071_5e-1;
    p = p * m - 0.25;
    p = p * m + 3.333_333e-1;
    let square = m * m;
    let e = exponent as f32;
    (m * square * p + e * -2.121_944_4e-4) - 0.5 * square + m + e * 0.693_359_4
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::{exp, ln};
    use proptest::prelude::{prop_assert, proptest};

    proptest! {
        #[test]
        fn exp_is_close(x in -110f32..88.0) {
            let expected = f64::from(x).exp();
            let got = f64::from(exp(x));
            let error = (got - expected).abs();
            prop_assert!(error <= 1e-6 * expected + 2e-45, "{got} for {expected}");
        }

        #[test]
        fn ln_is_close(x in -86f32..88.0) {
            let x = x.exp();
            let expected = f64::from(x).ln();
            let got = f64::from(ln(x));
            let error = (got - expected).abs();
            prop_assert!(error < 2e-7 * expected.abs().max(1.0), "{got} for {expected}");
        }
    }
}
