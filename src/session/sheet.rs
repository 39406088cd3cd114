//! The sheet of paper: what is drawn on it, and undo, redo and clear.
//!
//! Knows strokes and the worked example; refuses to know pointers and pixels of a screen.

use std::slice;
use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{Ink, Pen, Point, Stroke, rasterise};
use twinglyph_core::own;

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
/// usual pad. What a tab keeps of a drawing ([`super::persistence`]) is so the drawing itself, and its
/// ranking after a reload the one before.
pub(crate) const GRAIN: f32 = 100.0;

/// Parts of the full pressure that are told apart; a pen's digitiser has 4,096 or 8,192.
pub(crate) const PRESSURE_GRAIN: f32 = 1000.0;

/// The eraser end of a pen is as wide as Omniglot's pen: a stroke is touched where they share a pixel.
const ERASER: Pen = Pen::OMNIGLOT;

/// A sheet with its history.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sheet {
    ink: Ink,
    open: Option<Open>,
    points: usize,
    past: Vec<Ink>,
    future: Vec<Ink>,
    example: Option<Arc<Example>>,
}

/// What a pointer on the sheet is doing.
#[derive(Clone, Debug, PartialEq)]
enum Open {
    /// It draws the last stroke.
    Line(Box<Before>),
    /// It erases, from where it was last, strokes of this pen; the step begins with the first one.
    Eraser(Point, Pen, Option<Box<Before>>),
}

/// What a step took from the history: it is put back if the step was none.
#[derive(Clone, Debug, Default, PartialEq)]
struct Before {
    oldest: Option<Ink>,
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

    /// Is a stroke being drawn, or erased?
    #[must_use]
    pub(crate) fn is_drawing(&self) -> bool {
        self.open.is_some()
    }

    /// Does the last stroke grow?
    #[must_use]
    pub(crate) fn is_inking(&self) -> bool {
        matches!(self.open, Some(Open::Line(_)))
    }

    /// Number of strokes that the pen has left.
    #[must_use]
    pub(crate) fn finished(&self) -> usize {
        self.ink.strokes.len() - usize::from(self.is_inking())
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

    /// Puts these strokes in the place of what is here, as one step.
    pub(crate) fn put(&mut self, ink: Ink) {
        self.end();
        drop(self.remember());
        self.ink = ink;
        self.count();
    }

    /// The pen touches the sheet. The example goes.
    pub(crate) fn begin(&mut self, point: Point) {
        self.end();
        let before = self.remember();
        self.ink.strokes.push(Stroke {
            points: vec![tame(point)],
        });
        self.open = Some(Open::Line(before));
        self.points += 1;
    }

    /// The pen's eraser end touches the sheet: strokes of this pen that it touches until it leaves
    /// go, in one step.
    pub(crate) fn begin_erasing(&mut self, point: Point, pen: Pen) {
        self.end();
        self.open = Some(Open::Eraser(tame(point), pen, None));
        self.extend(point);
    }

    /// The pen moves on. Without an open stroke nothing happens.
    pub(crate) fn extend(&mut self, point: Point) {
        let point = tame(point);
        match &mut self.open {
            Some(Open::Line(_)) => self.draw(point),
            Some(Open::Eraser(last, pen, _)) => {
                let (from, pen) = (std::mem::replace(last, point), *pen);
                self.erase(from, point, pen);
            }
            None => {}
        }
    }

    fn draw(&mut self, point: Point) {
        if self.points < MAX_POINTS
            && let Some(stroke) = self.ink.strokes.last_mut()
        {
            let near = stroke.points.last().is_some_and(|last| {
                (last.x - point.x).abs() < NEAR && (last.y - point.y).abs() < NEAR
            });
            if !near {
                stroke.points.push(point);
                self.points += 1;
            }
        }
    }

    fn erase(&mut self, from: Point, to: Point, pen: Pen) {
        let way = Stroke {
            points: vec![from, to],
        };
        let rubbed = rasterise(&[way], ERASER);
        let stays = |stroke: &Stroke| {
            let ink = rasterise(slice::from_ref(stroke), pen);
            !rubbed.ink().any(|(row, column)| ink.get(row, column))
        };
        if self.ink.strokes.iter().all(stays) {
            return;
        }
        if matches!(self.open, Some(Open::Eraser(_, _, None))) {
            let before = self.remember();
            self.open = Some(Open::Eraser(to, pen, Some(before)));
        }
        self.ink.strokes.retain(stays);
        self.count();
    }

    /// The pen leaves the sheet.
    pub(crate) fn end(&mut self) {
        self.open = None;
    }

    /// What is under way was no stroke, as when the system took the pointer away or a palm rested
    /// here: all is as it was before, the steps that can be undone and redone too.
    pub(crate) fn cancel(&mut self) {
        if let Some(Open::Line(before) | Open::Eraser(_, _, Some(before))) = self.open.take()
            && let Some(ink) = self.past.pop()
        {
            self.ink = ink;
            let before = *before;
            if let Some(oldest) = before.oldest {
                self.past.insert(0, oldest);
            }
            self.future = before.future;
            self.example = before.example;
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
            drop(self.remember());
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

    /// It as an example of a person's own set; `None` where it is blank.
    #[must_use]
    pub(crate) fn taught(&self) -> Option<own::Example> {
        let example = match &self.example {
            Some(example) => example.drawing.clone().into(),
            None => own::Example::drawn(&self.ink),
        };
        (!example.drawing().is_blank()).then_some(example)
    }

    /// Begins a step, and gives what it took from the history.
    fn remember(&mut self) -> Box<Before> {
        let oldest = (self.past.len() >= MAX_STEPS).then(|| self.past.remove(0));
        self.past.push(self.ink.clone());
        Box::new(Before {
            oldest,
            future: std::mem::take(&mut self.future),
            example: self.example.take(),
        })
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
    fn another_drawing_comes_as_one_step() {
        let mut sheet = Sheet::default();
        stroke(&mut sheet, 10.0);
        stroke(&mut sheet, 30.0);
        let drawn = sheet.ink().clone();
        let mut other = Sheet::default();
        stroke(&mut other, 50.0);
        sheet.put(other.ink().clone());
        assert_eq!(sheet.ink(), other.ink());
        assert!(sheet.undo());
        assert_eq!(sheet.ink(), &drawn);
        assert!(sheet.redo());
        assert_eq!(sheet.ink(), other.ink());
        // The example goes, as under a pen.
        let mut sheet = Sheet::default();
        sheet.show(example());
        sheet.put(drawn.clone());
        assert!(sheet.example().is_none());
        assert_eq!(sheet.finished(), 2);
        sheet.undo();
        assert!(sheet.is_blank());
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
    fn an_eraser_takes_the_strokes_it_touches_in_one_step() {
        let mut sheet = Sheet::default();
        for at in [10.0, 40.0, 70.0] {
            stroke(&mut sheet, at);
        }
        let drawn = sheet.ink().clone();
        sheet.begin_erasing(Point::at(12.0, 0.0), Pen::OMNIGLOT);
        sheet.extend(Point::at(12.0, 20.0));
        sheet.extend(Point::at(90.0, 20.0));
        sheet.extend(Point::at(72.0, 80.0));
        assert_eq!(sheet.finished(), 1);
        sheet.end();
        assert_eq!(sheet.ink().strokes, drawn.strokes[1..2]);
        assert!(sheet.undo());
        assert_eq!(sheet.ink(), &drawn);
        assert!(sheet.redo());
        assert_eq!(sheet.finished(), 1);
        // A quick sweep touches what it crosses, and a dot can be touched too.
        sheet.begin(Point::at(90.0, 90.0));
        sheet.begin_erasing(Point::at(45.0, 0.0), Pen::OMNIGLOT);
        sheet.extend(Point::at(45.0, 100.0));
        assert_eq!(sheet.finished(), 1);
        sheet.extend(Point::at(86.0, 92.0));
        sheet.end();
        assert!(sheet.is_blank());
        // Where nothing is, nothing is undone.
        let before = sheet.clone();
        sheet.begin_erasing(Point::at(5.0, 100.0), Pen::OMNIGLOT);
        sheet.end();
        assert_eq!(sheet, before);
    }

    #[test]
    fn a_palm_leaves_no_trace_in_a_full_history() {
        let mut sheet = Sheet::default();
        for at in 0..MAX_STEPS + 5 {
            stroke(&mut sheet, at as f32);
        }
        sheet.undo();
        stroke(&mut sheet, 3.0);
        sheet.clear();
        let before = sheet.clone();
        sheet.begin(Point::at(1.0, 1.0));
        sheet.cancel();
        assert_eq!(sheet, before);
        let mut sheet = Sheet::default();
        sheet.show(example());
        let before = sheet.clone();
        sheet.begin(Point::at(1.0, 1.0));
        sheet.cancel();
        assert_eq!(sheet, before);
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
        fn redo_inverts_undo(steps in prop::collection::vec(0u8..8, 0..60)) {
            let mut sheet = Sheet::default();
            for (at, step) in steps.into_iter().enumerate() {
                match step {
                    0 => { sheet.undo(); }
                    1 => { sheet.redo(); }
                    2 => { sheet.clear(); }
                    3 => {
                        sheet.end();
                        let before = sheet.clone();
                        sheet.begin(Point::at(f32::NAN, at as f32));
                        sheet.cancel();
                        prop_assert_eq!(&sheet, &before);
                    }
                    4 => {
                        sheet.begin_erasing(Point::at(at as f32 / 2.0, 0.0), Pen::OMNIGLOT);
                        sheet.extend(Point::at(at as f32 / 2.0, 50.0));
                        sheet.end();
                    }
                    5 => {
                        sheet.end();
                        let before = sheet.clone();
                        sheet.begin_erasing(Point::at(at as f32, at as f32), Pen::OMNIGLOT);
                        sheet.cancel();
                        prop_assert_eq!(&sheet, &before);
                    }
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
