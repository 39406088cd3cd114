//! Names of characters from names of files: those that a person gave, not those of a camera, a scanner
//! or a program.

/// Words that programs begin the names of their files with. Numbers, dates and the like may follow.
const PROGRAMS: [&str; 55] = [
    "img",
    "img_e",
    "imgp",
    "image",
    "images",
    "dsc",
    "dscn",
    "dscf",
    "dcim",
    "pxl",
    "mvimg",
    "pano",
    "burst",
    "sam",
    "gopr",
    "dji",
    "cimg",
    "wp",
    "whatsapp image",
    "signal",
    "pict",
    "photo",
    "picture",
    "pic",
    "scan",
    "scanned",
    "document",
    "doc",
    "screenshot",
    "screen shot",
    "screen capture",
    "snip",
    "capture",
    "captura",
    "captura de pantalla",
    "capture d'écran",
    "bildschirmfoto",
    "foto",
    "bild",
    "imagen",
    "untitled",
    "unnamed",
    "untitled folder",
    "new folder",
    "pasted image",
    "pasted graphic",
    "clipboard",
    "download",
    "写真",
    "画像",
    "スクリーンショット",
    "スキャン",
    "名称未設定",
    "無題",
    "新しいフォルダー",
];

/// Words that may stand behind those, among the numbers.
const BESIDE: [&str; 11] = [
    "wa",
    "at",
    "am",
    "pm",
    "copy",
    "edit",
    "edited",
    "mp",
    "jpg",
    "um",
    "のコピー",
];

/// Fewest digits of a name that is a date, a time or a counter and nothing else.
const COUNTER: usize = 6;

/// Fewest digits of a hash.
const HASH: usize = 16;

/// The name that a file's or a folder's name gives to a character; empty where no person gave it.
#[must_use]
pub(crate) fn given(name: &str) -> &str {
    let name = name.trim();
    if is_given_by_program(&name.to_lowercase()) {
        ""
    } else {
        name
    }
}

fn is_given_by_program(name: &str) -> bool {
    is_hash(name)
        || is_counter(name)
        || PROGRAMS
            .iter()
            .any(|word| name.strip_prefix(word).is_some_and(is_numbering))
}

/// Numbers, signs between them, and the words that programs put there: nothing else, and at least
/// something between a word and a letter that follows.
fn is_numbering(rest: &str) -> bool {
    let mut words = rest
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty());
    let apart = !rest.starts_with(char::is_alphabetic) || BESIDE.contains(&rest);
    apart && words.all(|word| BESIDE.contains(&word))
}

/// A date, a time, or the number of a picture.
fn is_counter(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let others = |letter: char| {
        letter.is_ascii_digit() || matches!(letter, '-' | '_' | '.' | ' ' | '(' | ')')
    };
    digits >= COUNTER && name.chars().all(others)
}

/// A UUID or a hash: hexadecimal digits, numbers among them.
fn is_hash(name: &str) -> bool {
    let digits = name.chars().filter(|letter| *letter != '-').count();
    let is_hex = name
        .chars()
        .all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    digits >= HASH && is_hex && name.chars().any(|letter| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_cameras_scanners_and_programs_are_none() {
        for name in [
            "IMG_1234",
            "IMG-20240101-WA0001",
            "IMG_1234 (2)",
            "IMG_E1234_edited",
            "DSC_0001",
            "DSC00012",
            "DSCN0001",
            "DSCF1234",
            "PXL_20240101_120000123",
            "PXL_20240101_120000123.MP",
            "20240101_120000",
            "2024-01-01 12.00.00",
            "image",
            "image (3)",
            "Image",
            "image0",
            "images-2",
            "photo",
            "Photo 1",
            "Scan 1",
            "scan0001",
            "Scan_20240101",
            "Screenshot 2024-01-01 at 12.00.00",
            "Screenshot_20240101-120000",
            "Screen Shot 2024-01-01 at 1.00.00 PM",
            "Untitled",
            "Untitled 2",
            "untitled-1",
            "unnamed",
            "写真",
            "写真 1",
            "画像",
            "画像1",
            "画像 のコピー",
            "スクリーンショット 2024-01-01 12.00.00",
            "名称未設定",
            "名称未設定 2",
            "Foto",
            "Foto 3",
            "Bild (1)",
            "Bildschirmfoto 2024-01-01 um 12.00.00",
            "Captura de pantalla 2024-01-01",
            "captura",
            "Capture d'écran 2024-01-01",
            "pasted image",
            "Pasted image 20240101120000",
            "pasted image 0",
            "download",
            "download (1)",
            "WhatsApp Image 2024-01-01 at 12.00.00",
            "1704110400000",
            "123e4567-e89b-12d3-a456-426614174000",
            "d41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert_eq!(given(name), "", "{name}");
        }
    }

    #[test]
    fn names_that_a_person_gave_stay() {
        for name in [
            "a",
            "Omega",
            "я1",
            "1",
            "42",
            "2024",
            "ß",
            "あ",
            "写",
            "画",
            "写真家",
            "scanner",
            "imagine",
            "photon",
            "Bilder",
            "Fotograf",
            "pic-nic",
            "doctor",
            "star.v2",
            "star 2",
            "character01",
            "img-of-star",
            "deadbeef",
            "cafe",
            "face",
            "added",
            "download arrow",
            "Sam's sign",
            "the image",
            "x",
            "samekh",
        ] {
            assert_eq!(given(name), name, "{name}");
        }
        assert_eq!(given(" a "), "a");
    }

    proptest! {
        #[test]
        fn any_name_stays_or_goes_whole(name in "\\PC{0,40}") {
            let given = given(&name);
            prop_assert!(given.is_empty() || given == name.trim());
        }
    }
}
