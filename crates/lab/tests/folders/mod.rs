//! Folders of made pictures for the tests of the binary, and ways to start it.
#![allow(dead_code, reason = "each test program uses a part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use image::{DynamicImage, GrayImage, Luma};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

/// A folder of a test's own, which goes with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lab-data-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What a failed test leaves behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes a drawing in the format that the path's extension says, black on white.
pub(crate) fn picture(drawing: &Bitmap, path: &Path) {
    toned(drawing, path, 1, [0, 255]);
}

/// Writes a drawing whose pixels are `scale` wide, in tones of ink and paper.
pub(crate) fn toned(drawing: &Bitmap, path: &Path, scale: u32, [ink, paper]: [u8; 2]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let side = SIDE as u32 * scale;
    let tone = |x: u32, y: u32| match drawing.get((y / scale) as usize, (x / scale) as usize) {
        true => Luma([ink]),
        false => Luma([paper]),
    };
    // No format of GIF is grey.
    let image = DynamicImage::from(GrayImage::from_fn(side, side, tone));
    image.into_rgb8().save(path).unwrap();
}

/// The lab with these arguments, on the repository's shards.
pub(crate) fn lab(arguments: &[&str]) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.args(arguments).env_remove("OMNIGLOT_DIR");
    lab
}

/// What it prints to standard output; it must be done.
pub(crate) fn printed(arguments: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = lab(arguments).output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

/// The reason why it fails: exit code 1 or, of wrong arguments, 2, and a last line on standard error.
pub(crate) fn refused(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = lab(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&stderr).into_owned();
    assert!(
        matches!(status.code(), Some(1 | 2)),
        "{arguments:?}: {told}"
    );
    let last = told.lines().last().unwrap_or_default();
    assert!(last.starts_with("lab: "), "{told}");
    last.to_owned()
}
