//! Pictures: how they are chosen, opened and seen in shades of grey.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use twinglyph_paper::scan::ScanError;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, File, FileList, HtmlCanvasElement, HtmlInputElement, ImageBitmap,
};

use super::{Editor, drop};
use crate::session::files::{self, Kind};
use crate::session::svg;
use crate::ui::save::drawn;
use crate::words::words;

/// Why a picture gives nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum PictureError {
    #[error("{}", words().teach.no_picture)]
    Kind,
    #[error("{}", words().review.unread(*.0))]
    Unread(Kind),
    #[error("{}", words().refusals.scan(.0))]
    Scan(#[from] ScanError),
}

/// The field that files were chosen in, and the files.
pub(super) fn chosen_files(event: &leptos::ev::Event) -> Option<(HtmlInputElement, Vec<File>)> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let files = listed(&input.files()?);
    Some((input, files))
}

/// At most so many bytes from the beginning of a file; `None` where it can't be read.
pub(super) async fn head(file: &File, bytes: usize) -> Option<Vec<u8>> {
    let head = file.slice_with_f64_and_f64(0.0, bytes as f64).ok()?;
    let head = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&head).to_vec())
}

/// The files of a browser's list.
pub(super) fn listed(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}

/// The button, and what it takes.
#[component]
pub(super) fn Pictures() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let chosen = move |event: leptos::ev::Event| {
        let Some((input, files)) = chosen_files(&event) else {
            return;
        };
        leptos::task::spawn_local(drop::take(editor, files));
        // The same files can be chosen again.
        input.set_value("");
    };
    view! {
        <div class="pictures">
            <label class="button">
                {words().teach.add_pictures}
                <input
                    type="file"
                    accept="image/*"
                    multiple
                    class="visually-hidden"
                    data-testid="teach-pictures"
                    on:change=chosen
                />
            </label>
            <small>
                {words().teach.pictures}
            </small>
        </div>
    }
}

/// A picture that a file holds.
pub(super) async fn open(file: &File) -> Result<Picture, PictureError> {
    let decoded = window()
        .create_image_bitmap_with_blob(file)
        .map_err(|_| PictureError::Kind)?;
    let picture = JsFuture::from(decoded).await.ok();
    let picture = picture.and_then(|picture| picture.dyn_into().ok());
    picture.map(Picture).ok_or(PictureError::Kind)
}

/// The file, or a picture of it where it holds a drawing of lines, which browsers decode nowhere else.
pub(super) async fn flat(file: &File) -> Result<File, PictureError> {
    let head = head(file, files::HEAD).await.ok_or(PictureError::Kind)?;
    if files::kind(&head) != Kind::Svg {
        return Ok(file.clone());
    }
    let picture = async {
        if file.size() > svg::MAX_BYTES {
            return None;
        }
        let text = JsFuture::from(file.text()).await.ok()?.as_string()?;
        let svg = svg::sized(&text)?;
        let picture = drawn(&svg.text, svg.sides).await?;
        File::new_with_blob_sequence(&Array::of1(&picture), &file.name()).ok()
    };
    picture.await.ok_or(PictureError::Unread(Kind::Svg))
}

/// Does this browser let pages read what they draw? Some give noise or blank paper instead, so that nobody is
/// known by their pictures; a little noise in each colour does no harm. `None` where nothing can be drawn.
pub(super) fn shows_what_is_drawn() -> Option<bool> {
    const SIDE: u32 = 16;
    const NOISE: u8 = 32;
    let context = context(SIDE, SIDE)?;
    let side = f64::from(SIDE);
    let mut seen = true;
    for (colour, value) in [("#fff", 255), ("#000", 0)] {
        context.set_fill_style_str(colour);
        context.fill_rect(0.0, 0.0, side, side);
        let data = context.get_image_data(0.0, 0.0, side, side).ok()?.data().0;
        let shown = |pixel: &[u8]| pixel[..3].iter().all(|light| light.abs_diff(value) < NOISE);
        seen &= data.chunks_exact(4).all(shown);
    }
    Some(seen)
}

/// A canvas to draw on, of so many pixels.
fn context(width: u32, height: u32) -> Option<CanvasRenderingContext2d> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// A decoded picture, whose memory is given back with it.
pub(super) struct Picture(ImageBitmap);

impl Picture {
    /// Width and height in pixels.
    pub(super) fn sides(&self) -> (usize, usize) {
        (self.0.width() as usize, self.0.height() as usize)
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// All of a picture in shades of grey, made smaller where its longer side is above `longest`: width,
/// height, pixels.
pub(super) fn fitted(
    picture: &Picture,
    longest: f64,
) -> Result<(usize, usize, Vec<u8>), PictureError> {
    let (width, height) = picture.sides();
    let scale = (longest / width.max(height) as f64).min(1.0);
    let [to_width, to_height] =
        [width, height].map(|side| (side as f64 * scale).round().max(1.0) as usize);
    let from = [0.0, 0.0, width as f64, height as f64];
    let pixels = pixels(&picture.0, from, to_width as f64, to_height as f64);
    let pixels = pixels.ok_or(PictureError::Kind)?;
    let picture = twinglyph_paper::picture::Picture::new(to_width, to_height, pixels)?;
    Ok((to_width, to_height, picture.brightness().pixels))
}

/// Red, green, blue and opacity of a part of a picture (left, top, width, height) at this size.
fn pixels(picture: &ImageBitmap, from: [f64; 4], width: f64, height: f64) -> Option<Vec<u8>> {
    let context = context(width as u32, height as u32)?;
    let [sx, sy, sw, sh] = from;
    context
        .draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            picture, sx, sy, sw, sh, 0.0, 0.0, width, height,
        )
        .ok()?;
    let data = context.get_image_data(0.0, 0.0, width, height).ok()?;
    Some(data.data().0)
}
