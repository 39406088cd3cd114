//! Where everything lies on a printed page, in millimetres from its top left corner. Refuses to know how a
//! page is drawn and read.

/// A sheet of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 215.9 by 279.4 mm.
    Letter,
}

impl Paper {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::A4, Self::Letter];

    /// Width and height, mm.
    #[must_use]
    pub fn size(self) -> [f64; 2] {
        match self {
            Self::A4 => [210.0, 297.0],
            Self::Letter => [215.9, 279.4],
        }
    }
}

/// A rectangle on the page, mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// From the page's left edge.
    pub x: f64,
    /// From the page's top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> [f64; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// Do they share more than an edge?
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// Unprinted edge: more than what printers leave out.
const MARGIN: f64 = 10.0;
/// A side of a module of a corner mark.
pub(super) const MARK_MODULE: f64 = 1.5;
/// Modules of a side of a corner mark: a ring of 1, a gap of 1, a square of 3.
pub(super) const MARK_MODULES: usize = 7;
/// Side of a corner mark.
const MARK: f64 = MARK_MODULE * MARK_MODULES as f64;
/// Side of a cell's frame.
pub(super) const CELL: f64 = 25.0;
/// Between cells side by side.
const GAP: f64 = 2.5;
/// Name, example and gap above a cell.
pub(super) const HEAD: f64 = 7.0;
/// Top of the first row's names.
const GRID_TOP: f64 = 26.0;
/// Cells of a row.
pub(super) const COLUMNS: usize = 7;
/// A side of a module of the code: 3 pixels where the paper is 640 pixels high on the photo.
pub(super) const CODE_MODULE: f64 = 1.4;
/// Modules of a row of the code.
pub(super) const CODE_COLUMNS: usize = 114;
/// White space around the code.
const QUIET: f64 = 3.5;

/// Rows of modules that a code can have.
pub(super) const CODE_ROWS: [usize; 5] = [8, 12, 16, 20, 32];

/// The places of a page: four marks, the cells, the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    paper: Paper,
    code_rows: usize,
}

impl Layout {
    /// A page whose code has one of [`CODE_ROWS`].
    pub(super) fn new(paper: Paper, code_rows: usize) -> Self {
        Self { paper, code_rows }
    }

    /// The sheet.
    #[must_use]
    pub fn paper(&self) -> Paper {
        self.paper
    }

    /// Rows of modules of the code.
    #[must_use]
    pub fn code_rows(&self) -> usize {
        self.code_rows
    }

    /// The corner marks, clockwise from the top left one.
    #[must_use]
    pub fn marks(&self) -> [Area; 4] {
        let [width, height] = self.paper.size();
        let (right, bottom) = (width - MARGIN - MARK, height - MARGIN - MARK);
        let at = |x, y| Area {
            x,
            y,
            width: MARK,
            height: MARK,
        };
        [
            at(MARGIN, MARGIN),
            at(right, MARGIN),
            at(right, bottom),
            at(MARGIN, bottom),
        ]
    }

    /// The bar that makes the top left mark differ from the others.
    #[must_use]
    pub fn bar(&self) -> Area {
        Area {
            x: MARGIN + MARK + 2.0 * MARK_MODULE,
            y: MARGIN,
            width: 2.0 * MARK_MODULE,
            height: MARK,
        }
    }

    /// Where the writer's name goes, and the page's texts.
    #[must_use]
    pub fn heading(&self) -> Area {
        let bar = self.bar();
        let x = bar.x + bar.width + 4.0;
        let [width, _] = self.paper.size();
        Area {
            x,
            y: MARGIN,
            width: width - MARGIN - MARK - 4.0 - x,
            height: MARK,
        }
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Area {
        let [page_width, page_height] = self.paper.size();
        let width = CODE_MODULE * CODE_COLUMNS as f64;
        let height = CODE_MODULE * self.code_rows as f64;
        Area {
            x: (page_width - width) / 2.0,
            y: page_height - MARGIN - height,
            width,
            height,
        }
    }

    /// Most cells of the page.
    #[must_use]
    pub fn capacity(&self) -> usize {
        let [_, height] = self.paper.size();
        let marks = height - MARGIN - MARK;
        let room = self.code().y.min(marks) - QUIET - GRID_TOP;
        COLUMNS * (room / (HEAD + CELL)) as usize
    }

    /// The frame of a cell, counted line by line from 0.
    #[must_use]
    pub fn cell(&self, at: usize) -> Area {
        let [width, _] = self.paper.size();
        let used = COLUMNS as f64 * (CELL + GAP) - GAP;
        let (row, column) = ((at / COLUMNS) as f64, (at % COLUMNS) as f64);
        Area {
            x: (width - used) / 2.0 + column * (CELL + GAP),
            y: GRID_TOP + HEAD + row * (HEAD + CELL),
            width: CELL,
            height: CELL,
        }
    }

    /// The place of a cell's name and example.
    #[must_use]
    pub fn head(&self, at: usize) -> Area {
        let cell = self.cell(at);
        Area {
            y: cell.y - HEAD + 0.8,
            height: HEAD - 1.3,
            ..cell
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps_and_all_is_on_the_page() {
        for paper in Paper::ALL {
            for rows in CODE_ROWS {
                let layout = Layout::new(paper, rows);
                let mut areas = vec![layout.bar(), layout.heading(), layout.code()];
                areas.extend(layout.marks());
                for at in 0..layout.capacity() {
                    areas.extend([layout.cell(at), layout.head(at)]);
                }
                let [width, height] = paper.size();
                for (at, one) in areas.iter().enumerate() {
                    assert!(one.x >= MARGIN - 1e-9 && one.x + one.width <= width - MARGIN + 1e-9);
                    assert!(one.y >= MARGIN - 1e-9 && one.y + one.height <= height - MARGIN + 1e-9);
                    for other in &areas[at + 1..] {
                        assert!(!one.overlaps(other), "{one:?} {other:?}");
                    }
                }
                assert!(layout.capacity() >= 28);
            }
        }
    }
}
