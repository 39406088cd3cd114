//! What a file is, by its first bytes: which kind, and how many pixels a picture has.
//!
//! Names and types of files are what somebody says; bytes are what a browser decodes. Knows formats;
//! refuses to know where a file comes from and who decodes it.

/// Bytes at the beginning of a file in which [`kind`] and [`size`] look. A JPEG's size stands behind its
/// metadata, which holds a preview and a colour profile.
pub(crate) const HEAD: usize = 256 * 1024;

/// Letters of a text in which the root of an SVG is looked for.
const ROOT: usize = 4_096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing is in it.
    Empty,
    /// A picture that every browser reads.
    Picture(Format),
    /// A drawing of lines, which a browser draws at any size.
    Svg,
    /// A phone's photo, which few browsers read.
    Heif,
    /// A picture that older browsers do not read.
    Avif,
    /// A scanner's picture, or a camera's raw one, which few browsers read.
    Tiff,
    /// Pages.
    Pdf,
    /// A set of characters of this page.
    Set,
    /// A zip, or another archive.
    Archive,
    /// A document of an office program.
    Office,
    /// Writing.
    Text,
    /// None of these: a browser may know it.
    Other,
}

/// Picture formats with a size in their head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// BMP.
    Bmp,
}

/// The kind of a file that begins with these bytes.
#[must_use]
pub(crate) fn kind(head: &[u8]) -> Kind {
    let begins = |magic: &[u8]| head.starts_with(magic);
    if head.is_empty() {
        Kind::Empty
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        Kind::Picture(Format::Png)
    } else if begins(b"\xff\xd8\xff") {
        Kind::Picture(Format::Jpeg)
    } else if begins(b"GIF87a") || begins(b"GIF89a") {
        Kind::Picture(Format::Gif)
    } else if begins(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Kind::Picture(Format::WebP)
    } else if begins(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        Kind::Picture(Format::Bmp)
    } else if head.get(4..8) == Some(b"ftyp") {
        brand(head.get(8..12).unwrap_or_default())
    } else if [b"II*\0", b"MM\0*", b"IIRO", b"IIU\0"]
        .iter()
        .any(|magic| begins(*magic))
        || begins(b"FUJIFILM")
    {
        Kind::Tiff
    } else if begins(b"%PDF") {
        Kind::Pdf
    } else if begins(b"twinset") {
        Kind::Set
    } else if begins(b"PK\x03\x04") {
        zip(head)
    } else if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") || begins(b"{\\rtf") {
        Kind::Office
    } else if [
        &b"PK\x05\x06"[..],
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b",
    ]
    .iter()
    .any(|magic| begins(magic))
    {
        Kind::Archive
    } else {
        writing(head)
    }
}

/// ISO base media files differ by their brand.
fn brand(brand: &[u8]) -> Kind {
    match brand {
        b"avif" | b"avis" => Kind::Avif,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Kind::Heif,
        // Canon's raw pictures.
        b"crx " => Kind::Tiff,
        _ => Kind::Other,
    }
}

/// Office programs keep their documents as zips, whose first file has one of these names.
fn zip(head: &[u8]) -> Kind {
    let name = head.get(30..).unwrap_or_default();
    let names: [&[u8]; 5] = [
        b"[Content_Types].xml",
        b"mimetype",
        b"word/",
        b"_rels/",
        b"docProps/",
    ];
    if names.iter().any(|begin| name.starts_with(begin)) {
        Kind::Office
    } else {
        Kind::Archive
    }
}

/// A text, and whether it is a drawing. Its last letter may be cut.
fn writing(head: &[u8]) -> Kind {
    let head = head.get(..ROOT).unwrap_or(head);
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let whole = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return Kind::Other,
    };
    let is_text = |letter: char| !letter.is_control() || letter.is_whitespace();
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    if begin.starts_with('<') && begin.contains("<svg") {
        Kind::Svg
    } else if !text.is_empty() && text.chars().all(is_text) {
        Kind::Text
    } else {
        Kind::Other
    }
}

/// Width and height in pixels that a picture says of itself; `None` where it does not, or not within
/// these bytes.
#[must_use]
pub(crate) fn size(head: &[u8]) -> Option<(usize, usize)> {
    let Kind::Picture(format) = kind(head) else {
        return None;
    };
    match format {
        // PNG's specification, 11.2.2.
        Format::Png => (head.get(12..16)? == b"IHDR")
            .then_some(())
            .and_then(|()| Some((big(head, 16, 4)?, big(head, 20, 4)?))),
        Format::Gif => Some((little(head, 6, 2)?, little(head, 8, 2)?)),
        Format::Jpeg => jpeg(head),
        Format::WebP => webp(head),
        Format::Bmp => bmp(head),
    }
}

/// The frame of a JPEG: behind segments that each say their length (ITU-T T.81, B.2.2).
fn jpeg(head: &[u8]) -> Option<(usize, usize)> {
    let mut at = 2;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        match *head.get(at + 1)? {
            // Filling.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc4 | 0xc8 | 0xcc | 0x00..=0xbf | 0xd9..=0xfe => {
                at += 2 + big(head, at + 2, 2)?.max(2)
            }
            0xc0..=0xcf => return Some((big(head, at + 7, 2)?, big(head, at + 5, 2)?)),
        }
    }
}

/// WebP has three heads: lossy, lossless, and extended (RFC 9649).
fn webp(head: &[u8]) -> Option<(usize, usize)> {
    match head.get(12..16)? {
        b"VP8 " => Some((little(head, 26, 2)? & 0x3fff, little(head, 28, 2)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(head, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(head, 24, 3)? + 1, little(head, 27, 3)? + 1)),
        _ => None,
    }
}

/// The first kind of BMP has 16 bits a side, later ones 32 with a sign: rows from above count down.
fn bmp(head: &[u8]) -> Option<(usize, usize)> {
    if little(head, 14, 4)? == 12 {
        return Some((little(head, 18, 2)?, little(head, 20, 2)?));
    }
    let side = |at| Some((little(head, at, 4)? as u32).cast_signed().unsigned_abs() as usize);
    Some((side(18)?, side(22)?))
}

/// A number of up to four bytes, the highest first.
fn big(bytes: &[u8], at: usize, count: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(
        bytes
            .iter()
            .fold(0, |number, &byte| number << 8 | usize::from(byte)),
    )
}

/// A number of up to four bytes, the lowest first.
fn little(bytes: &[u8], at: usize, count: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | usize::from(byte)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        let cases: [(&[u8], Kind); 22] = [
            (b"", Kind::Empty),
            (b"\x89PNG\r\n\x1a\n", Kind::Picture(Format::Png)),
            (b"\xff\xd8\xff\xe1", Kind::Picture(Format::Jpeg)),
            (b"GIF89a", Kind::Picture(Format::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::Picture(Format::WebP)),
            (b"BM\x10\0\0\0\0\0\0\0", Kind::Picture(Format::Bmp)),
            (b"<?xml version='1.0'?>\n<!-- a --><svg xmlns=", Kind::Svg),
            (b"\xef\xbb\xbf <svg>", Kind::Svg),
            (b"\0\0\0\x18ftypheic", Kind::Heif),
            (b"\0\0\0\x18ftypmif1", Kind::Heif),
            (b"\0\0\0\x18ftypavif", Kind::Avif),
            (b"\0\0\0\x18ftypisom", Kind::Other),
            (b"\0\0\0\x18ftypcrx ", Kind::Tiff),
            (b"II*\0\x08", Kind::Tiff),
            (b"MM\0*", Kind::Tiff),
            (b"%PDF-1.7", Kind::Pdf),
            (b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaa.png", Kind::Archive),
            (
                b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Types].xml",
                Kind::Office,
            ),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::Office),
            ("notes \u{3042}".as_bytes(), Kind::Text),
            (b"<html>", Kind::Text),
            (b"\0\x01\x02", Kind::Other),
        ];
        for (head, expected) in cases {
            assert_eq!(kind(head), expected, "{head:?}");
        }
        assert_eq!(
            kind(&"\u{3042}".repeat(ROOT).as_bytes()[..ROOT]),
            Kind::Text
        );
    }

    #[test]
    fn a_set_of_the_page_is_known() {
        let bytes = twinglyph_core::own::OwnSet::default().encode();
        assert_eq!(kind(&bytes.unwrap_or_default()), Kind::Set);
    }

    #[test]
    fn pictures_say_their_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 1, 0]);
        let mut jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc4\0\x03x\xff\xc2\0\x11\x08".to_vec();
        jpeg.extend_from_slice(&[0x75, 0x30, 0x01, 0x02, 3]);
        let mut lossy = b"RIFF\0\0\0\0WEBPVP8 ".to_vec();
        lossy.extend_from_slice(&[0; 10]);
        lossy.extend_from_slice(&[0x2c, 0x41, 0x90, 0x01]);
        let mut lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f".to_vec();
        lossless.extend_from_slice(&(299u32 | 399 << 14).to_le_bytes());
        let mut extended = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0".to_vec();
        extended.extend_from_slice(&[0x2b, 1, 0, 0x8f, 1, 0]);
        let mut bmp = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0".to_vec();
        bmp.extend_from_slice(&300i32.to_le_bytes());
        bmp.extend_from_slice(&(-400i32).to_le_bytes());
        for (head, expected) in [
            (&png[..], Some((30_000, 256))),
            (&png[..23], None),
            (&jpeg[..], Some((258, 30_000))),
            (b"GIF89a\x2c\x01\x90\x01", Some((300, 400))),
            (&lossy[..], Some((300, 400))),
            (&lossless[..], Some((300, 400))),
            (&extended[..], Some((300, 400))),
            (&bmp[..], Some((300, 400))),
            (b"%PDF-1.7 with more behind it than a head", None),
        ] {
            assert_eq!(size(head), expected, "{head:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_borne(
            magic in prop::sample::select(vec![
                &b""[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFFaaaaWEBPVP8X",
                b"RIFFaaaaWEBPVP8L", b"RIFFaaaaWEBPVP8 ", b"PK\x03\x04", b"aaaaftyp", b"<svg",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..90),
        ) {
            let head = [magic, &rest].concat();
            let known = matches!(kind(&head), Kind::Picture(_));
            prop_assert!(known || size(&head).is_none());
        }
    }
}
