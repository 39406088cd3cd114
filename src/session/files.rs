//! What a file is, by its first bytes.
//!
//! Names and types of files are what somebody says; bytes are what a browser decodes. Knows formats;
//! refuses to know where a file comes from and who decodes it.

/// Bytes at the beginning of a file in which [`kind`] looks.
pub(crate) const HEAD: usize = ROOT;

/// Letters of a text in which the root of an SVG is looked for.
const ROOT: usize = 4_096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing is in it.
    Empty,
    /// A picture that every browser reads: PNG, JPEG, GIF, WebP, BMP.
    Picture,
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

/// The kind of a file that begins with these bytes.
#[must_use]
pub(crate) fn kind(head: &[u8]) -> Kind {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let begins_with = |magics: &[&[u8]]| magics.iter().any(|magic| begins(magic));
    if head.is_empty() {
        Kind::Empty
    } else if begins_with(&[b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"])
        || begins(b"RIFF") && head.get(8..12) == Some(b"WEBP")
        || begins(b"BM") && head.get(6..10) == Some(&[0; 4])
    {
        Kind::Picture
    } else if head.get(4..8) == Some(b"ftyp") {
        brand(head.get(8..12).unwrap_or_default())
    } else if begins_with(&[b"II*\0", b"MM\0*", b"IIRO", b"IIU\0", b"FUJIFILM"]) {
        Kind::Tiff
    } else if begins(b"%PDF") {
        Kind::Pdf
    } else if begins(b"twinset") {
        Kind::Set
    } else if begins(b"PK\x03\x04") {
        zip(head)
    } else if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") || begins(b"{\\rtf") {
        Kind::Office
    } else if begins_with(&[
        b"PK\x05\x06",
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b",
    ]) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        let cases: [(&[u8], Kind); 22] = [
            (b"", Kind::Empty),
            (b"\x89PNG\r\n\x1a\n", Kind::Picture),
            (b"\xff\xd8\xff\xe1", Kind::Picture),
            (b"GIF89a", Kind::Picture),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::Picture),
            (b"BM\x10\0\0\0\0\0\0\0", Kind::Picture),
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
            // However it is cut.
            for end in 0..=head.len() {
                let _ = kind(&head[..end]);
            }
        }
    }
}
