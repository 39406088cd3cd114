//! `Vec<f32>` in a message as one piece of little-endian bytes, which is copied instead of written number by number.
//! For fields: `#[serde(with = "numbers")]`.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// Writes the numbers.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(numbers: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    match cfg!(target_endian = "little") {
        true => serializer.serialize_bytes(bytemuck::cast_slice(numbers)),
        false => {
            let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
            serializer.serialize_bytes(&bytes.collect::<Vec<u8>>())
        }
    }
}

/// Reads them.
///
/// # Errors
/// The deserializer's, or when the bytes are no whole numbers.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    deserializer.deserialize_bytes(Numbers)
}

struct Numbers;

impl Visitor<'_> for Numbers {
    type Value = Vec<f32>;

    fn expecting(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("bytes of f32")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f32>, E> {
        let (numbers, []) = bytes.as_chunks::<4>() else {
            return Err(E::invalid_length(bytes.len(), &self));
        };
        Ok(numbers
            .iter()
            .map(|&number| f32::from_le_bytes(number))
            .collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde::{Deserialize, Serialize};

    use crate::protocol::{decode, encode};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Message(#[serde(with = "super")] Vec<f32>, u8);

    #[test]
    fn numbers_come_as_they_were_sent_and_a_piece_of_one_is_refused() {
        for numbers in [vec![], vec![1.5], vec![f32::INFINITY, -0.0, 1e-40]] {
            let bytes = encode(&Message(numbers.clone(), 3)).unwrap();
            assert_eq!(bytes.len(), 2 + 4 * numbers.len());
            let Message(read, rest) = decode(&bytes).unwrap();
            let bits = |of: &[f32]| of.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
            assert_eq!((bits(&read), rest), (bits(&numbers), 3));
        }
        assert!(decode::<Message>(&[3, 0, 0, 0, 3]).is_err());
        assert!(decode::<Message>(&[8, 0, 0, 0, 3]).is_err());
    }
}
