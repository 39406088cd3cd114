//! The sheet of paper: what is drawn on it, and undo, redo and clear.
//!
//! Knows strokes and the worked example; refuses to know pointers and pixels of a screen.

use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{Ink, Pen, Point, Stroke, rasterise};

use super::example::Example;

/// Most points of a drawing: 83 seconds of a 120 Hz pen on paper. What comes after is not
/// recorded, so that a pen left on the sheet doesn't fill the memory.
pub(crate) const MAX_POINTS: usize = 10_000;

/// Most steps that can be undone. Each keeps the drawing before it, 16 bytes a point: 16 MB for
/// the largest drawings, some 100 kB for usual ones.
pub(crate) const MAX_STEPS: usize = 100;

/// Points closer to the last one than this, in pixels of the sheet, say nothing new.
const NEAR: f32 = 0.05;

/// Points farther outside the sheet than this, in pixels, are moved to its edge: the pen may
/// leave the pad without leaving the stroke.
const OUTSIDE: f32 = 20.0;

/// Parts of a pixel of the sheet that a point's place is kept to: a twentieth of a CSS pixel on a
/// usual pad. What a tab keeps of a drawing ([`super::keep`]) is so the drawing itself, and its
/// ranking after a reload the one before.
pub(crate) const GRAIN: f32 = 100.0;

/// Parts of the full pressure that are told apart; a pen's digitiser has 4,096 or 8,192.
pub(crate) const PRESSURE_GRAIN: f32 = 1000.0;

/// A sheet with its history.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sheet {
    ink: Ink,
    open: bool,
    points: usize,
    past: Vec<Ink>,
    future: Vec<Ink>,
    example: Option<Arc<Example>>,
}

impl Sheet {
    /// A sheet with these strokes.
    #[must_use]
    pub(crate) fn with_ink(ink: Ink) -> Self {
        let mut sheet = Self {
            ink,
            ..Self::default()
        };
        sheet.count();
        sheet
    }

    /// The strokes, the unfinished one last.
    #[must_use]
    pub(crate) fn ink(&self) -> &Ink {
        &self.ink
    }

    /// The worked example on it, if that is what it shows.
    #[must_use]
    pub(crate) fn example(&self) -> Option<&Arc<Example>> {
        self.example.as_ref()
    }

    /// Is there nothing on it?
    #[must_use]
    pub(crate) fn is_blank(&self) -> bool {
        self.example.is_none() && self.ink.is_empty()
    }

    /// Is a stroke being drawn?
    #[must_use]
    pub(crate) fn is_drawing(&self) -> bool {
        self.open
    }

    /// Number of strokes that the pen has left.
    #[must_use]
    pub(crate) fn finished(&self) -> usize {
        self.ink.strokes.len() - usize::from(self.open)
    }

    /// Is there a step to undo?
    #[must_use]
    pub(crate) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Is there a step to redo?
    #[must_use]
    pub(crate) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Shows an example, unless a person has drawn here.
    pub(crate) fn show(&mut self, example: Arc<Example>) {
        if self.ink.is_empty() {
            self.example = Some(example);
        }
    }

    /// The pen touches the sheet. The example goes.
    pub(crate) fn begin(&mut self, point: Point) {
        self.end();
        self.example = None;
        self.remember();
        self.ink.strokes.push(Stroke {
            points: vec![tame(point)],
        });
        self.open = true;
        self.points += 1;
    }

    /// The pen moves on. Without an open stroke nothing happens.
    pub(crate) fn extend(&mut self, point: Point) {
        if !self.open || self.points >= MAX_POINTS {
            return;
        }
        let point = tame(point);
        if let Some(stroke) = self.ink.strokes.last_mut() {
            let near = stroke.points.last().is_some_and(|last| {
                (last.x - point.x).abs() < NEAR && (last.y - point.y).abs() < NEAR
            });
            if !near {
                stroke.points.push(point);
                self.points += 1;
            }
        }
    }

    /// The pen leaves the sheet.
    pub(crate) fn end(&mut self) {
        self.open = false;
    }

    /// The stroke was none, as when the system took the pointer away.
    pub(crate) fn cancel(&mut self) {
        if self.open {
            self.open = false;
            if let Some(before) = self.past.pop() {
                self.ink = before;
            }
            self.count();
        }
    }

    /// Takes the last step back; false where there is none.
    pub(crate) fn undo(&mut self) -> bool {
        self.end();
        let Some(before) = self.past.pop() else {
            return false;
        };
        self.future.push(std::mem::replace(&mut self.ink, before));
        self.count();
        true
    }

    /// Takes the last step back again; false where there is none.
    pub(crate) fn redo(&mut self) -> bool {
        self.end();
        let Some(after) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.ink, after));
        self.example = None;
        self.count();
        true
    }

    /// Blank paper; a drawing can be brought back by undo. False where it is blank already.
    pub(crate) fn clear(&mut self) -> bool {
        self.end();
        if self.is_blank() {
            return false;
        }
        if !self.ink.is_empty() {
            self.remember();
            self.ink = Ink::default();
        }
        self.example = None;
        self.count();
        true
    }

    /// What this pen leaves on the paper; `None` where it is blank.
    #[must_use]
    pub(crate) fn bitmap(&self, pen: Pen) -> Option<Bitmap> {
        let bitmap = match &self.example {
            Some(example) => example.drawing.clone(),
            None => rasterise(&self.ink, pen),
        };
        (!bitmap.is_blank()).then_some(bitmap)
    }

    fn remember(&mut self) {
        if self.past.len() >= MAX_STEPS {
            self.past.remove(0);
        }
        self.past.push(self.ink.clone());
        self.future.clear();
    }

    fn count(&mut self) {
        self.points = self
            .ink
            .strokes
            .iter()
            .map(|stroke| stroke.points.len())
            .sum();
    }
}

/// The point at the sheet's edge or a little outside at most, its numbers finite and as they are kept.
fn tame(point: Point) -> Point {
    let side = SIDE as f32;
    let place = |at: f32| {
        if at.is_finite() {
            (at.clamp(-OUTSIDE, side + OUTSIDE) * GRAIN).round() / GRAIN
        } else {
            0.0
        }
    };
    Point {
        x: place(point.x),
        y: place(point.y),
        t: point.t.round(),
        pressure: (point.pressure * PRESSURE_GRAIN).round() / PRESSURE_GRAIN,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stroke(sheet: &mut Sheet, at: f32) {
        sheet.begin(Point::at(at, at));
        sheet.extend(Point::at(at + 9.0, at));
        sheet.end();
    }

    fn example() -> Arc<Example> {
        Arc::new(Example {
            character: "Test/character01".to_owned(),
            class: 0,
            drawing: Bitmap::from_fn(|row, column| row == 50 && (20..80).contains(&column)),
        })
    }

    #[test]
    fn the_first_stroke_clears_the_example() {
        let mut sheet = Sheet::default();
        assert_eq!(sheet.bitmap(Pen::OMNIGLOT), None);
        sheet.show(example());
        assert_eq!(
            sheet.bitmap(Pen::OMNIGLOT).as_ref(),
            Some(&example().drawing)
        );
        stroke(&mut sheet, 10.0);
        assert!(sheet.example().is_none());
        assert_eq!(sheet.ink().strokes.len(), 1);
        sheet.show(example());
        assert!(sheet.example().is_none());
        sheet.undo();
        assert!(sheet.is_blank());
    }

    #[test]
    fn a_cleared_drawing_can_be_brought_back() {
        let mut sheet = Sheet::default();
        assert!(!sheet.clear());
        stroke(&mut sheet, 10.0);
        stroke(&mut sheet, 30.0);
        let drawn = sheet.ink().clone();
        assert!(sheet.clear());
        assert!(sheet.is_blank());
        assert!(sheet.undo());
        assert_eq!(sheet.ink(), &drawn);
    }

    #[test]
    fn a_cancelled_stroke_leaves_nothing() {
        let mut sheet = Sheet::default();
        stroke(&mut sheet, 10.0);
        let before = sheet.ink().clone();
        sheet.begin(Point::at(1.0, 1.0));
        sheet.extend(Point::at(2.0, 1.0));
        sheet.cancel();
        assert_eq!(sheet.ink(), &before);
        sheet.extend(Point::at(3.0, 1.0));
        assert_eq!(sheet.ink(), &before);
    }

    #[test]
    fn a_resting_pen_adds_no_points() {
        let mut sheet = Sheet::default();
        sheet.begin(Point::at(5.0, 5.0));
        for _ in 0..1000 {
            sheet.extend(Point::at(5.01, 5.0));
        }
        assert_eq!(sheet.ink().strokes[0].points.len(), 1);
    }

    proptest! {
        /// Undoing everything and redoing everything gives the drawing back, whatever was done.
        #[test]
        fn redo_inverts_undo(steps in prop::collection::vec(0u8..6, 0..60)) {
            let mut sheet = Sheet::default();
            for (at, step) in steps.into_iter().enumerate() {
                match step {
                    0 => { sheet.undo(); }
                    1 => { sheet.redo(); }
                    2 => { sheet.clear(); }
                    3 => { sheet.begin(Point::at(f32::NAN, at as f32)); sheet.cancel(); }
                    _ => stroke(&mut sheet, at as f32),
                }
            }
            while sheet.redo() {}
            let drawn = sheet.ink().clone();
            let mut undone = 0;
            while sheet.undo() { undone += 1; }
            prop_assert!(sheet.ink().is_empty());
            for _ in 0..undone { prop_assert!(sheet.redo()); }
            prop_assert_eq!(sheet.ink(), &drawn);
            prop_assert!(!sheet.can_redo());
        }
    }
}
