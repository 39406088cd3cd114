//! Writes the inputs that the fuzzer begins with (`fuzz/corpus/`): whole ones, small. To be run after a
//! change of a format: `cargo run -p twinglyph-core --example fuzz-seeds`.

use std::error::Error;
use std::io::{Cursor, Write};
use std::path::Path;

use twinglyph_core::ink::{Ink, Point, Stroke};
use twinglyph_core::look_alikes::LookAlikes;
use twinglyph_core::own::{Example, OwnClass, OwnSet, Version};
use twinglyph_core::protocol::{
    Command, DeviceKind, DevicePreference, EmbeddingMap, Event, Match, Reply, Request, encode,
};
use twinglyph_core::shard::{self, Entry, Manifest};
use twinglyph_core::{Alphabet, Bitmap, Set};

fn keep(target: &str, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(name), bytes)?)
}

fn alphabet() -> Result<Alphabet, Box<dyn Error>> {
    let cell = |at: usize| Bitmap::from_fn(move |row, column| (row * (at + 2) + column) % 17 < 3);
    Ok(Alphabet::new(
        "Fuzz",
        Set::Background,
        2,
        (0..6).map(cell).collect(),
    )?)
}

/// An archive of one file.
fn archive(name: &str, content: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())?;
    zip.write_all(content)?;
    Ok(zip.finish()?.into_inner())
}

fn main() -> Result<(), Box<dyn Error>> {
    let alphabet = alphabet()?;
    let sheet = shard::encode(&alphabet)?;
    keep("shard", "sheet", &[&[3, 2], sheet.as_slice()].concat())?;
    let entry = Entry::describe(&alphabet, &sheet)?;
    keep(
        "manifest",
        "one",
        Manifest::new(vec![entry])?.to_json()?.as_bytes(),
    )?;

    let image = "images_background/Fuzz/character01/0001_01.png";
    keep("archive", "images", &archive(image, &sheet)?)?;
    let strokes = b"START\n10.0,-20.0,0.0\n11.5,-21.0,16.6\nBREAK\n";
    let motor = "strokes_background/Fuzz/character01/0001_01.txt";
    keep("archive", "strokes", &archive(motor, strokes)?)?;
    keep(
        "archive",
        "runs",
        &archive(
            "run01/class_labels.txt",
            b"run01/test/item01.png run01/training/class01.png\n",
        )?,
    )?;

    let drawing = alphabet.drawing(0, 0).cloned().ok_or("no drawing")?;
    let stroke = Stroke {
        points: vec![Point::at(20.0, 30.0), Point::at(80.0, 90.0)],
    };
    let strokes = Example::drawn(&Ink {
        strokes: vec![stroke],
    });
    let pixels = Example::from(drawing.clone());
    let set = OwnSet {
        name: "fuzz".to_owned(),
        classes: vec![OwnClass::new("\u{3042}", [pixels, strokes.by("Ada")])],
    };
    // Without its head, which the target puts before it.
    let file = set.encode()?;
    keep("own", "set", file.get(Version::Two.head()..).ok_or("cut")?)?;

    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs");
    for name in ["compact", "beginner"] {
        let config = std::fs::read(configs.join(name).with_extension("json"))?;
        keep("config", name, &config)?;
    }

    let requests = [
        Command::Start {
            preference: DevicePreference::Only(DeviceKind::WebGpu),
            model: "compact".to_owned(),
        },
        Command::SetSupport {
            set: 3,
            classes: vec![vec![drawing.clone()]],
        },
        Command::Classify {
            set: 3,
            query: drawing.clone(),
        },
        Command::Map {
            set: 3,
            query: Some(drawing.clone()),
        },
        Command::IndexGallery {
            gallery: 1,
            after: 2,
            drawings: vec![drawing],
        },
    ];
    for (at, command) in requests.into_iter().enumerate() {
        keep(
            "message",
            &format!("request{at}"),
            &encode(&Request { id: 7, command })?,
        )?;
    }
    let matches = vec![Match {
        class: 2,
        score: 1.0,
        similarity: 0.7,
    }];
    let ranking = Event::Ranking {
        set: 3,
        matches: matches.clone(),
        milliseconds: 1.5,
        views: 8,
        more: false,
        device: DeviceKind::Cpu,
    };
    let map = Event::Map {
        set: 3,
        map: Box::new(EmbeddingMap {
            points: vec![[1.5, -2.0]],
            query: Some([0.5, 0.0]),
            shares: [0.5, 0.25],
            components: 256,
            views: 8,
            alike: vec![LookAlikes {
                classes: [0, 1],
                similarity: 0.75,
            }],
        }),
    };
    let browsed = Event::GallerySearched {
        gallery: 1,
        matches,
        milliseconds: 1.5,
    };
    for (name, event) in [("reply", ranking), ("reply1", map), ("reply2", browsed)] {
        keep("message", name, &encode(&Reply { id: 7, event })?)?;
    }

    for (folder, name) in [
        ("assets/models", "compact"),
        ("assets/models", "deep"),
        ("assets/models", "koch"),
        ("docs/training", "compact-f16"),
    ] {
        let path = format!(
            "{}/../../{folder}/{name}.safetensors",
            env!("CARGO_MANIFEST_DIR")
        );
        let file = std::fs::read(path)?;
        let (length, rest) = file.split_first_chunk::<8>().ok_or("no header")?;
        let length = usize::try_from(u64::from_le_bytes(*length))?;
        keep("weights", name, rest.get(..length).ok_or("cut")?)?;
    }
    Ok(())
}
