//! Paper: a drawing that a pad shows and a person changes.
//!
//! The pad and its tools work on any paper; who owns it hears of changes.

use leptos::prelude::*;
use twinglyph_core::ink::{Pen, Point};

use crate::session::pointers::Tool;
use crate::session::sheet::Sheet;

/// A sheet, and who hears of its changes. Clones are the same paper.
#[derive(Clone, Copy)]
pub(crate) struct Paper {
    /// The drawing.
    pub(crate) sheet: RwSignal<Sheet>,
    /// The pen's width, in pixels of the sheet.
    pub(crate) pen: RwSignal<f32>,
    changed: Callback<Change>,
}

/// What happened to the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The pen touched the sheet.
    Begun,
    /// The pen moves.
    Moved,
    /// It is as it is for now.
    Settled,
}

impl Paper {
    /// Paper with this drawing.
    pub(crate) fn new(
        sheet: Sheet,
        pen: RwSignal<f32>,
        changed: impl Fn(Change) + Send + Sync + 'static,
    ) -> Self {
        Self {
            sheet: RwSignal::new(sheet),
            pen,
            changed: Callback::new(changed),
        }
    }

    /// Is this so of the drawing?
    pub(crate) fn is(self, what: fn(&Sheet) -> bool) -> Memo<bool> {
        Memo::new(move |_| self.sheet.with(what))
    }

    /// The pen touches the sheet with this end.
    pub(crate) fn begin(self, tool: Tool, point: Point) {
        let pen = Pen {
            diameter: self.pen.get_untracked(),
        };
        self.sheet.update(|sheet| match tool {
            Tool::Ink => sheet.begin(point),
            Tool::Eraser => sheet.begin_erasing(point, pen),
        });
        self.changed.run(Change::Begun);
    }

    /// The pen moves on through these points.
    pub(crate) fn extend(self, points: impl IntoIterator<Item = Point>) {
        self.sheet.update(|sheet| {
            for point in points {
                sheet.extend(point);
            }
        });
        self.changed.run(Change::Moved);
    }

    /// The pen leaves the sheet.
    pub(crate) fn end(self) {
        self.sheet.update(Sheet::end);
        self.changed.run(Change::Settled);
    }

    /// What the pointer began was no stroke.
    pub(crate) fn cancel(self) {
        self.sheet.update(Sheet::cancel);
        self.changed.run(Change::Settled);
    }

    /// Takes the last step back.
    pub(crate) fn undo(self) {
        self.try_change(Sheet::undo);
    }

    /// Takes it back again.
    pub(crate) fn redo(self) {
        self.try_change(Sheet::redo);
    }

    /// Blank paper.
    pub(crate) fn clear(self) {
        self.try_change(Sheet::clear);
    }

    fn try_change(self, change: impl FnOnce(&mut Sheet) -> bool) {
        if self.sheet.try_update(change) == Some(true) {
            self.changed.run(Change::Settled);
        }
    }
}
