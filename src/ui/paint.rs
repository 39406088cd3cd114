//! Painting on canvases: strokes as a pen leaves them, and the network's picture.
//!
//! Knows pixels of the screen; refuses to know why something is painted.

use std::f64::consts::TAU;

use leptos::prelude::window;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{Ink, NOMINAL_PRESSURE, Pen, Stroke};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Most pixels of a canvas along a side; a pad as wide as a large screen at two pixels a point.
const MOST_PIXELS: f64 = 4096.0;

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// What a canvas shows of a drawing: strokes, points of the last one, the pen's width, pixels.
pub(super) type Painted = (usize, usize, f32, u32);

/// The point of the last stroke up to which it is painted, where what is on the canvas differs by its end only.
fn painted_to(before: Painted, now: Painted) -> Option<usize> {
    let (_, points, ..) = before;
    let same = (now.0, points, now.2, now.3) == before;
    (same && points <= now.1).then(|| points.saturating_sub(1))
}

/// Paints strokes by a pen of this width (pixels of the sheet) over the whole canvas, in the
/// canvas' own colour, as sharp as the screen allows. Of a drawing whose last stroke is `growing`, and has only grown
/// since `before` was painted, only its end is.
pub(super) fn ink(
    canvas: &HtmlCanvasElement,
    ink: &Ink,
    width: f32,
    growing: bool,
    before: Option<Painted>,
) -> Painted {
    let bounds = canvas.get_bounding_client_rect();
    let pixels = (bounds.width() * window().device_pixel_ratio())
        .round()
        .clamp(1.0, MOST_PIXELS);
    let whole = pixels as u32;
    let points = ink.strokes.last().map_or(0, |last| last.points.len());
    let painted = (ink.strokes.len(), points, width, whole);
    // Setting a size also clears.
    if canvas.width() != whole || canvas.height() != whole {
        canvas.set_width(whole);
        canvas.set_height(whole);
    }
    let Some(context) = context(canvas) else {
        return painted;
    };
    let (pen, scale) = (Pen { diameter: width }, pixels / SIDE as f64);
    let before = before.filter(|_| growing);
    let grown = before.and_then(|before| painted_to(before, painted));
    if let (Some(from), Some(last)) = (grown, ink.strokes.last()) {
        paint_stroke(&context, last, pen, scale, (from, false));
        return painted;
    }
    context.clear_rect(0.0, 0.0, pixels, pixels);
    if let Ok(Some(style)) = window().get_computed_style(canvas)
        && let Ok(colour) = style.get_property_value("color")
    {
        context.set_stroke_style_str(&colour);
        context.set_fill_style_str(&colour);
    }
    context.set_line_cap("round");
    context.set_line_join("round");
    for (at, stroke) in ink.strokes.iter().enumerate() {
        let ends = !growing || at + 1 < ink.strokes.len();
        paint_stroke(&context, stroke, pen, scale, (0, ends));
    }
    painted
}

/// A stroke from one of its points on, as curves through the middles between its points, each as wide as its
/// pressure. One that does not end here is painted up to its last middle: where it goes on from there is not known.
fn paint_stroke(
    context: &CanvasRenderingContext2d,
    stroke: &Stroke,
    pen: Pen,
    scale: f64,
    (begins, ends): (usize, bool),
) {
    let place = |at: usize| {
        stroke
            .points
            .get(at)
            .map(|point| (f64::from(point.x) * scale, f64::from(point.y) * scale))
    };
    let width = |pressure: f32| f64::from(2.0 * pen.radius(pressure)) * scale;
    let (Some(first), Some(mut corner)) = (stroke.points.get(begins), place(begins)) else {
        return;
    };
    let even = stroke
        .points
        .iter()
        .all(|point| point.pressure == NOMINAL_PRESSURE);
    let dot = |at: (f64, f64), pressure: f32| {
        context.begin_path();
        // It fails only for a radius below 0.
        let _ = context.arc(at.0, at.1, width(pressure) / 2.0, 0.0, TAU);
        context.fill();
    };
    // A line of no length has no ends in Chromium, so a pen that stays where it is makes a dot.
    let mut from = match begins.checked_sub(1).and_then(place) {
        Some(before) => ((before.0 + corner.0) / 2.0, (before.1 + corner.1) / 2.0),
        None => {
            dot(corner, first.pressure);
            corner
        }
    };
    context.set_line_width(width(first.pressure));
    context.begin_path();
    context.move_to(from.0, from.1);
    for (at, point) in stroke.points.iter().enumerate().skip(begins + 1) {
        let Some(to) = place(at) else { break };
        let middle = ((corner.0 + to.0) / 2.0, (corner.1 + to.1) / 2.0);
        if !even {
            if to == corner {
                dot(to, point.pressure);
            }
            context.begin_path();
            context.move_to(from.0, from.1);
            context.set_line_width(width(point.pressure));
        }
        context.quadratic_curve_to(corner.0, corner.1, middle.0, middle.1);
        if !even {
            context.stroke();
        }
        from = middle;
        corner = to;
    }
    if !even {
        context.begin_path();
        context.move_to(from.0, from.1);
    }
    if ends {
        context.line_to(corner.0, corner.1);
    }
    context.stroke();
}

/// Paints squares of `side` x `side` values from 0 to 1, one after another in rows of `columns`, at
/// most `most`, as black of that opacity.
pub(super) fn mosaic(
    canvas: &HtmlCanvasElement,
    values: &[f32],
    side: usize,
    columns: usize,
    most: usize,
) {
    let squares: Vec<&[f32]> = values.chunks_exact(side * side).take(most).collect();
    let (width, height) = (columns * side, squares.len().div_ceil(columns) * side);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let mut rgba = vec![0u8; width * height * 4];
    for (at, square) in squares.iter().enumerate() {
        let corner = (at / columns * side) * width + at % columns * side;
        for (row, line) in square.chunks_exact(side).enumerate() {
            for (column, &value) in line.iter().enumerate() {
                rgba[(corner + row * width + column) * 4 + 3] = (value * 255.0).round() as u8;
            }
        }
    }
    put(canvas, &rgba, width, height);
}

/// Red and blue in which heatmap is painted over light and dark paper.
const HOT: [u8; 3] = [214, 62, 40];
const COLD: [u8; 3] = [52, 120, 190];

/// Paints a square of `side` x `side` values from -1 to 1: red above zero, blue below, the stronger
/// the farther.
pub(super) fn heatmap(canvas: &HtmlCanvasElement, values: &[f32], side: usize) {
    canvas.set_width(side as u32);
    canvas.set_height(side as u32);
    let rgba: Vec<u8> = values
        .iter()
        .flat_map(|&value| {
            let [red, green, blue] = if value > 0.0 { HOT } else { COLD };
            [red, green, blue, (value.abs() * 255.0).round() as u8]
        })
        .collect();
    put(canvas, &rgba, side, side);
}

/// Puts pixels on a canvas of their size.
fn put(canvas: &HtmlCanvasElement, rgba: &[u8], width: usize, height: usize) {
    let Some(context) = context(canvas) else {
        return;
    };
    if let Ok(image) =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(rgba), width as u32, height as u32)
    {
        // It fails only for an image whose memory is gone.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// Paints a network's input, `[side * side]` values from 0 to 1, as black of that opacity.
pub(super) fn network_input(canvas: &HtmlCanvasElement, values: &[f32], side: usize) {
    let width = side as u32;
    if canvas.width() != width || canvas.height() != width {
        canvas.set_width(width);
        canvas.set_height(width);
    }
    let rgba: Vec<u8> = values
        .iter()
        .flat_map(|&value| [0, 0, 0, (value * 255.0).round() as u8])
        .collect();
    put(canvas, &rgba, side, side);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_stroke_that_grew_is_gone_on_with() {
        let before = (2, 3, 5.0, 400);
        assert_eq!(painted_to(before, (2, 9, 5.0, 400)), Some(2));
        assert_eq!(painted_to(before, before), Some(2));
        for other in [(2, 2, 5.0, 400), (3, 9, 5.0, 400), (1, 9, 5.0, 400)] {
            assert_eq!(painted_to(before, other), None, "{other:?}");
        }
        let (wider, larger) = ((2, 9, 6.0, 400), (2, 9, 5.0, 800));
        assert_eq!(
            [wider, larger].map(|now| painted_to(before, now)),
            [None; 2]
        );
    }
}
