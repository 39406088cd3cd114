//! Numbers as bits: exponential Golomb codes (Teuhola 1978; as in H.264, section 9.1).
//!
//! A code of order k for v: as many zeros as v + 2^k has bits beyond k + 1, then those bits, the highest
//! first. Small numbers take few bits, and none is too large.

/// Most bits of a number that is read: what a coordinate or a count never reaches.
const MOST: u32 = 20;

fn folded(value: i32) -> u32 {
    (value << 1 ^ value >> 31) as u32
}

/// Bits that [`Writer::signed`] takes.
pub(super) fn signed_length(value: i32, order: u32) -> u32 {
    let length = u32::BITS - (folded(value) + (1 << order)).leading_zeros();
    2 * length - order - 1
}

/// Bits that are written, the first the highest of its byte.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Bits of the last byte that are taken, 0 where it is full.
    taken: u32,
}

impl Writer {
    /// Writes the lowest `count` bits of a number.
    fn bits(&mut self, value: u32, count: u32) {
        for at in (0..count).rev() {
            if self.taken == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> at & 1) as u8) << (7 - self.taken);
            }
            self.taken = (self.taken + 1) % 8;
        }
    }

    /// Writes a number, 0 to 2^19, in the code of this order.
    pub(super) fn number(&mut self, value: u32, order: u32) {
        let value = value + (1 << order);
        let length = u32::BITS - value.leading_zeros();
        self.bits(0, length - order - 1);
        self.bits(value, length);
    }

    /// Writes a number that may be negative: 0, -1, 1, -2, 2 are 0, 1, 2, 3, 4.
    pub(super) fn signed(&mut self, value: i32, order: u32) {
        self.number(folded(value), order);
    }

    /// The bytes; what is left of the last one is 0.
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Bits that are read. Each function gives `None` where they end too early or no writer writes them.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// Bits that are read.
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the first bit.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn bit(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    /// A number in the code of this order.
    // Inlined at each of its uses it would be a large part of what the page loads first.
    #[inline(never)]
    pub(super) fn number(&mut self, order: u32) -> Option<u32> {
        let mut length = order;
        while self.bit()? == 0 {
            length += 1;
            if length > MOST {
                return None;
            }
        }
        let mut value = 1;
        for _ in 0..length {
            value = value << 1 | self.bit()?;
        }
        Some(value - (1 << order))
    }

    /// As [`Writer::signed`] writes it.
    #[inline(never)]
    pub(super) fn signed(&mut self, order: u32) -> Option<i32> {
        let value = self.number(order)? as i32;
        Some(value >> 1 ^ -(value & 1))
    }

    /// The bytes behind the one with the last bit that was read, whose other bits are 0.
    pub(super) fn rest(mut self) -> Option<&'a [u8]> {
        while !self.at.is_multiple_of(8) {
            if self.bit()? != 0 {
                return None;
            }
        }
        self.bytes.get(self.at / 8..)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in prop::collection::vec((-500i32..500, 0u32..5), 0..40)) {
            let mut writer = Writer::default();
            for &(value, order) in &numbers {
                let mut alone = Writer::default();
                alone.signed(value, order);
                prop_assert_eq!(alone.finish().len() as u32, signed_length(value, order).div_ceil(8));
                writer.signed(value, order);
                writer.number(value.unsigned_abs(), order);
            }
            let mut bytes = writer.finish();
            bytes.push(7);
            let mut reader = Reader::new(&bytes);
            for &(value, order) in &numbers {
                prop_assert_eq!(reader.signed(order), Some(value));
                prop_assert_eq!(reader.number(order), Some(value.unsigned_abs()));
            }
            prop_assert_eq!(reader.rest(), Some(&[7][..]));
        }

        #[test]
        fn any_bits_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..20), order in 0u32..5) {
            let mut reader = Reader::new(&bytes);
            while reader.signed(order).is_some() {}
        }
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // H.264, table 9-2: 1, 010, 011, 00100.
        let mut writer = Writer::default();
        for value in 0..4 {
            writer.number(value, 0);
        }
        assert_eq!(writer.finish(), [0b1010_0110, 0b0100_0000]);
    }
}
