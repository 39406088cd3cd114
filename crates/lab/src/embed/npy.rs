//! Arrays of f32 in NumPy's format 1.0: little-endian, in C order.

/// What every file of the format 1.0 begins with.
const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// Bytes that the header is filled up to a multiple of, with those before it.
const ALIGNMENT: usize = 64;

/// The file of an array of this shape; `data` are its numbers' bytes, in their order.
pub(super) fn file(shape: &[usize], data: &[u8]) -> Vec<u8> {
    let lengths: Vec<String> = shape.iter().map(ToString::to_string).collect();
    // As Python writes a tuple: one of one length has a comma behind it.
    let end = if shape.len() == 1 { "," } else { "" };
    let lengths = lengths.join(", ") + end;
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({lengths}), }}");
    // Behind the magic stands the header's length in two bytes; a line's end is its last byte.
    let before = MAGIC.len() + 2;
    let length = (before + header.len() + 1).next_multiple_of(ALIGNMENT) - before;
    header.extend(std::iter::repeat_n(' ', length - 1 - header.len()));
    header.push('\n');
    let mut file = Vec::with_capacity(before + length + data.len());
    file.extend_from_slice(MAGIC);
    // A shape of a few dimensions takes one or two blocks.
    file.extend_from_slice(&(length as u16).to_le_bytes());
    file.extend_from_slice(header.as_bytes());
    file.extend_from_slice(data);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_numpys_own() {
        for (shape, text) in [
            (&[12][..], "(12,)"),
            (&[3, 4], "(3, 4)"),
            (&[1, 3, 4], "(1, 3, 4)"),
        ] {
            let file = file(shape, &[7; 48]);
            let start = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {text}, }}");
            assert!(file.starts_with(b"\x93NUMPY\x01\x00\x76\x00"));
            assert!(file[10..].starts_with(start.as_bytes()));
            assert_eq!(file[127], b'\n');
            assert_eq!(file[128..], [7; 48]);
        }
    }
}
