//! Width and height that a picture's file says of itself.
//!
//! A small file can be a picture that no memory holds, so its sides are read before a browser decodes it.
//! Knows PNG, JPEG, GIF, WebP, BMP, and AVIF and HEIC by their common container. JPEG XL and TIFF, which only
//! some browsers decode, give `None`, and so do SVG's, which have no pixels.

/// Bytes at the beginning of a file in which [`sides`] looks: cameras put previews and colour profiles of
/// some 100 kB before a JPEG's sides.
pub const HEAD: usize = 1 << 20;

/// Most pixels of a picture that is decoded: 260 MB as browsers hold it. Phones' cameras give 12 to 50
/// million.
pub const MAX_DECODED: u64 = 65_000_000;

/// Width and height that the head of a file says, pixels. `None` where it says none that are known here.
#[must_use]
pub fn sides(head: &[u8]) -> Option<(u32, u32)> {
    png(head)
        .or_else(|| jpeg(head))
        .or_else(|| gif(head))
        .or_else(|| webp(head))
        .or_else(|| bmp(head))
        .or_else(|| heif(head))
}

/// Is a picture of these sides too large to be decoded?
#[must_use]
pub fn is_enormous((width, height): (u32, u32)) -> bool {
    u64::from(width) * u64::from(height) > MAX_DECODED
}

fn bytes<const N: usize>(head: &[u8], at: usize) -> Option<[u8; N]> {
    head.get(at..)?.first_chunk().copied()
}

fn big_16(head: &[u8], at: usize) -> Option<u32> {
    bytes(head, at).map(|bytes| u16::from_be_bytes(bytes).into())
}

fn big_32(head: &[u8], at: usize) -> Option<u32> {
    bytes(head, at).map(u32::from_be_bytes)
}

fn little_16(head: &[u8], at: usize) -> Option<u32> {
    bytes(head, at).map(|bytes| u16::from_le_bytes(bytes).into())
}

/// PNG's specification, 5.2 and 11.2.2.
fn png(head: &[u8]) -> Option<(u32, u32)> {
    let is_png = head.starts_with(b"\x89PNG\r\n\x1a\n") && head.get(12..16)? == b"IHDR";
    is_png.then_some((big_32(head, 16)?, big_32(head, 20)?))
}

/// ITU-T T.81, B.1.1 and B.2.2: segments up to the frame's header.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    if !head.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        match *head.get(at + 1)? {
            // A byte that fills; markers without a segment.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // Frames, but for the tables among their numbers.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&head[at + 1]) => {
                return Some((big_16(head, at + 7)?, big_16(head, at + 5)?));
            }
            // The scan: what has no frame before it is no JPEG.
            0xd9 | 0xda => return None,
            _ => at += 2 + big_16(head, at + 2)? as usize,
        }
    }
}

/// GIF89a, 18.
fn gif(head: &[u8]) -> Option<(u32, u32)> {
    let is_gif = head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a");
    is_gif.then_some((little_16(head, 6)?, little_16(head, 8)?))
}

/// RFC 9649, 2.5 to 2.7.
fn webp(head: &[u8]) -> Option<(u32, u32)> {
    if !head.starts_with(b"RIFF") || head.get(8..12)? != b"WEBP" {
        return None;
    }
    match head.get(12..16)? {
        b"VP8 " => Some((little_16(head, 26)? & 0x3fff, little_16(head, 28)? & 0x3fff)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(bytes(head, 21)?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let less = |at| {
                let [low, middle, high] = bytes(head, at)?;
                Some(u32::from_le_bytes([low, middle, high, 0]) + 1)
            };
            Some((less(24)?, less(27)?))
        }
        _ => None,
    }
}

/// The header of Windows 3 and later, and OS/2's of 12 bytes. Rows from the top have a negative height.
fn bmp(head: &[u8]) -> Option<(u32, u32)> {
    if !head.starts_with(b"BM") {
        return None;
    }
    let side = |at| bytes(head, at).map(|bytes| i32::from_le_bytes(bytes).unsigned_abs());
    match u32::from_le_bytes(bytes(head, 14)?) {
        12 => Some((little_16(head, 18)?, little_16(head, 20)?)),
        40.. => Some((side(18)?, side(22)?)),
        _ => None,
    }
}

/// ISO/IEC 23008-12, 6.5.3: the largest of the sides that the container gives its pictures, of which some
/// are previews and tiles.
fn heif(head: &[u8]) -> Option<(u32, u32)> {
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    // Properties stand in front of the pixels; a longer search would only find noise.
    let head = &head[..head.len().min(1 << 16)];
    let found = (0..head.len().saturating_sub(16)).filter(|&at| head[at..].starts_with(b"ispe"));
    let sides = found.filter_map(|at| Some((big_32(head, at + 8)?, big_32(head, at + 12)?)));
    sides.max_by_key(|&(width, height)| u64::from(width) * u64::from(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn be16(n: u16) -> [u8; 2] {
        n.to_be_bytes()
    }

    /// Heads of pictures of these sides, in each format.
    fn heads(width: u16, height: u16) -> Vec<(&'static str, Vec<u8>)> {
        let (w16, h16) = (width.to_le_bytes(), height.to_le_bytes());
        let (w32, h32) = (u32::from(width), u32::from(height));
        let png = [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            &w32.to_be_bytes(),
            &h32.to_be_bytes(),
        ];
        let jpeg = [
            &b"\xff\xd8\xff\xe1\0\x06Exif\xff\xff\xdb\0\x03x\xff\xc2\0\x11\x08"[..],
            &be16(height),
            &be16(width),
        ];
        let gif = [&b"GIF89a"[..], &w16, &h16];
        let lossy = [
            &b"RIFF____WEBPVP8 ____\x30\x01\0\x9d\x01\x2a"[..],
            &(width & 0x3fff).to_le_bytes(),
            &(height & 0x3fff).to_le_bytes(),
        ];
        let [w24, h24] = [w32, h32].map(|side| (side - 1).to_le_bytes());
        let extended = [&b"RIFF____WEBPVP8X____\0\0\0\0"[..], &w24[..3], &h24[..3]];
        let top_down = (-i32::from(height as i16).abs()).to_le_bytes();
        let bmp = [
            &b"BM____________\x28\0\0\0"[..],
            &w32.to_le_bytes(),
            &top_down,
        ];
        let heif = [
            &b"\0\0\0\x18ftypavif____\0\0\0\x14ispe\0\0\0\0\0\0\0\x02\0\0\0\x02____ispe\0\0\0\0"[..],
            &w32.to_be_bytes(),
            &h32.to_be_bytes(),
            b"____",
        ];
        vec![
            ("png", png.concat()),
            ("jpeg", jpeg.concat()),
            ("gif", gif.concat()),
            ("lossy", lossy.concat()),
            ("extended", extended.concat()),
            ("bmp", bmp.concat()),
            ("heif", heif.concat()),
        ]
    }

    #[test]
    fn an_enormous_picture_is_known_by_its_head() {
        for (format, head) in heads(30_000, 30_000) {
            let found = sides(&head);
            let enormous = found.is_some_and(is_enormous);
            assert!(enormous, "{format}: {found:?}");
        }
        // 50 million pixels are a phone's picture.
        assert!(!is_enormous((8_192, 6_144)));
        // Lossless WebP has 14 bits a side.
        let head = b"RIFF____WEBPVP8L____\x2f\xff\xff\xff\x0f";
        assert_eq!(sides(head), Some((16_384, 16_384)));
    }

    #[test]
    fn other_files_say_nothing() {
        for head in [
            &b""[..],
            b"no picture",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"\xff\x0a",
            b"\xff\xd8\xff\xda",
        ] {
            assert_eq!(sides(head), None);
        }
    }

    proptest! {
        #[test]
        fn sides_are_those_of_the_head(width in 3u16..=16_383, height in 3u16..=16_383) {
            for (format, head) in heads(width, height) {
                let expected = (u32::from(width), u32::from(height));
                prop_assert_eq!(sides(&head), Some(expected), "{}", format);
            }
        }

        #[test]
        fn no_bytes_stop_it(
            which in 0usize..7, cut in 0usize..64, tail in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let (_, mut head) = heads(300, 200).swap_remove(which);
            head.truncate(cut);
            head.extend(tail);
            let _ = sides(&head);
        }
    }
}
