//! The drawings of an alphabet as a table without holes: a row for each character, a column for each drawer.
//!
//! Knows names and holes; refuses to know files and pixels.

use std::collections::{BTreeMap, BTreeSet};

use super::listing::natural;

/// The drawings of a character: their names in natural order, and what was read of them.
pub(crate) type Row<T> = Vec<(String, Option<T>)>;

/// Drawings, character by character, within one drawer by drawer; some may be missing.
pub(crate) struct Table<T> {
    /// What a drawer is called: by the names of files, else `drawing N`.
    columns: Vec<String>,
    rows: Vec<Vec<Option<T>>>,
}

/// Which rows and columns of a table are kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) rows: Vec<usize>,
    pub(crate) columns: Vec<usize>,
    /// Drawings that are there and not kept.
    pub(crate) lost: usize,
}

impl<T> Table<T> {
    /// The table of an alphabet. Omniglot's names (`0123_07`) say the drawer by their end. Other names stand for
    /// drawers where the characters share them, that is at least half as many as the character with the fewest
    /// drawings has; else the n-th drawing of each character is by drawer n.
    pub(crate) fn new(characters: Vec<Row<T>>) -> Self {
        match shared(&characters) {
            Some(columns) => Self::by_name(columns, characters),
            None => Self::by_number(characters),
        }
    }

    fn by_name(columns: Vec<String>, characters: Vec<Row<T>>) -> Self {
        let official = is_official(&characters);
        let rows = characters.into_iter().map(|row| {
            let named = row
                .into_iter()
                .map(|(name, drawing)| (drawer(&name, official).to_owned(), drawing));
            let mut named: BTreeMap<String, Option<T>> = named.collect();
            let cells = columns.iter().map(|column| named.remove(column).flatten());
            cells.collect()
        });
        let rows = rows.collect();
        Self { columns, rows }
    }

    fn by_number(characters: Vec<Row<T>>) -> Self {
        let rows = characters.into_iter().map(|row| {
            let there = row.into_iter().filter_map(|(_, drawing)| drawing);
            there.map(Some).collect::<Vec<_>>()
        });
        let mut rows: Vec<Vec<Option<T>>> = rows.collect();
        let most = rows.iter().map(Vec::len).max().unwrap_or(0);
        for row in &mut rows {
            row.resize_with(most, || None);
        }
        let columns = (1..=most).map(|number| format!("drawing {number}"));
        Self {
            columns: columns.collect(),
            rows,
        }
    }

    /// The drawers' names, by their columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (usize, &str)> {
        self.columns.iter().map(String::as_str).enumerate()
    }

    /// How many drawings a character has.
    pub(crate) fn count(&self, row: usize) -> usize {
        let row = self.rows.get(row);
        row.map_or(0, |row| row.iter().flatten().count())
    }

    /// Leaves out, one after another, the row or column with the largest share of holes, until there is none. Of
    /// equals columns go first: a character is the larger loss. Two of each stay as long as others can go.
    pub(crate) fn complete(&self) -> Kept {
        let there = |row: usize, column: usize| self.rows[row][column].is_some();
        let mut rows: BTreeSet<usize> = (0..self.rows.len()).collect();
        let mut columns: BTreeSet<usize> = (0..self.columns.len()).collect();
        let holes = |row: usize, column: usize| usize::from(!there(row, column));
        let mut of_rows: Vec<usize> = rows
            .iter()
            .map(|&row| columns.iter().map(|&column| holes(row, column)).sum())
            .collect();
        let mut of_columns: Vec<usize> = columns
            .iter()
            .map(|&column| rows.iter().map(|&row| holes(row, column)).sum())
            .collect();
        loop {
            let worst = |of: &[usize], left: &BTreeSet<usize>| {
                let worst = left.iter().copied().max_by_key(|&at| of[at]);
                worst.filter(|&at| of[at] > 0)
            };
            let (row, column) = (worst(&of_rows, &rows), worst(&of_columns, &columns));
            let (Some(row), Some(column)) = (row, column) else {
                break;
            };
            let is_row_worse = of_rows[row] * rows.len() > of_columns[column] * columns.len();
            let takes_row = match (rows.len() > 2, columns.len() > 2) {
                (true, false) => true,
                (false, _) => false,
                (true, true) => is_row_worse,
            };
            if takes_row {
                rows.remove(&row);
                for &column in &columns {
                    of_columns[column] -= holes(row, column);
                }
            } else {
                columns.remove(&column);
                for &row in &rows {
                    of_rows[row] -= holes(row, column);
                }
            }
        }
        let all: usize = (0..self.rows.len()).map(|row| self.count(row)).sum();
        Kept {
            lost: all - rows.len() * columns.len(),
            rows: rows.into_iter().collect(),
            columns: columns.into_iter().collect(),
        }
    }

    /// The drawings that are kept, row by row.
    pub(crate) fn into_drawings(self, kept: &Kept) -> Vec<T> {
        let mut drawings = Vec::with_capacity(kept.rows.len() * kept.columns.len());
        for (at, mut row) in self.rows.into_iter().enumerate() {
            if kept.rows.binary_search(&at).is_ok() {
                let cells = kept.columns.iter();
                drawings.extend(cells.filter_map(|&column| row.get_mut(column)?.take()));
            }
        }
        drawings
    }
}

/// Are all names Omniglot's, four digits and two?
fn is_official<T>(characters: &[Row<T>]) -> bool {
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let official = |name: &str| {
        let parts = name.split_once('_');
        parts.is_some_and(|(number, drawer)| digits(number, 4) && digits(drawer, 2))
    };
    let mut names = characters.iter().flatten();
    names.all(|(name, _)| official(name))
}

/// The drawer that a file's name says.
fn drawer(name: &str, official: bool) -> &str {
    match name.split_once('_') {
        Some((_, drawer)) if official => drawer,
        _ => name,
    }
}

/// The drawers by the names of files, in natural order; `None` where the names are not the drawers'.
fn shared<T>(characters: &[Row<T>]) -> Option<Vec<String>> {
    let official = is_official(characters);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in characters {
        let names: BTreeSet<&str> = row.iter().map(|row| drawer(&row.0, official)).collect();
        // Two files of one name, as PNG and JPEG, say nothing of who drew them.
        if names.len() < row.len() {
            return None;
        }
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    let least = characters.iter().map(Vec::len).min()?;
    let common = counts.values().filter(|&&count| count == characters.len());
    if 2 * common.count() < least {
        return None;
    }
    let mut columns: Vec<String> = counts.into_keys().map(str::to_owned).collect();
    columns.sort_by_cached_key(|name| natural(name));
    Some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(names: &[&[&str]]) -> Vec<Row<String>> {
        let drawing = |at: usize, name: &str| (name.to_owned(), Some(format!("{at}{name}")));
        let row = |(at, row): (usize, &&[&str])| row.iter().map(|name| drawing(at, name)).collect();
        names.iter().enumerate().map(row).collect()
    }

    fn kept(characters: Vec<Row<String>>) -> (Kept, Vec<String>) {
        let table = Table::new(characters);
        let kept = table.complete();
        let drawings = table.into_drawings(&kept);
        (kept, drawings)
    }

    #[test]
    fn shared_names_are_the_drawers() {
        let (kept, drawings) = kept(rows(&[&["ann", "bob", "cem"], &["ann", "cem"]]));
        assert_eq!(drawings, ["0ann", "0cem", "1ann", "1cem"]);
        assert_eq!((kept.columns, kept.lost), (vec![0, 2], 1));
    }

    #[test]
    fn omniglots_names_end_with_the_drawer() {
        let names: [&[&str]; 2] = [&["0001_01", "0001_02", "0001_03"], &["0002_02", "0002_03"]];
        assert_eq!(
            kept(rows(&names)).1,
            ["00001_02", "00001_03", "10002_02", "10002_03"]
        );
    }

    #[test]
    fn other_names_are_counted() {
        let (_, drawings) = kept(rows(&[&["a", "b"], &["c", "d", "e"]]));
        assert_eq!(drawings, ["0a", "0b", "1c", "1d"]);
        // One name twice is no drawer's.
        let (_, drawings) = kept(rows(&[&["a", "a"], &["a", "b"]]));
        assert_eq!(drawings, ["0a", "0a", "1a", "1b"]);
    }

    #[test]
    fn a_picture_that_is_not_read_moves_no_drawer() {
        let mut characters = rows(&[&["a", "b", "c"], &["a", "b", "c"]]);
        characters[0][0].1 = None;
        assert_eq!(kept(characters).1, ["0b", "0c", "1b", "1c"]);
    }

    #[test]
    fn a_character_with_few_drawings_goes_before_many_drawers() {
        let names: Vec<String> = (0..10).map(|at| at.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut characters: Vec<&[&str]> = vec![&names; 8];
        characters.push(&names[..2]);
        let (left, drawings) = kept(rows(&characters));
        assert_eq!((left.rows.len(), left.columns.len(), left.lost), (8, 10, 2));
        assert_eq!(drawings.len(), 80);
        // One drawing less is a drawer less.
        characters[8] = &names[..9];
        let (left, _) = kept(rows(&characters));
        assert_eq!((left.rows.len(), left.columns.len()), (9, 9));
    }

    proptest! {
        #[test]
        fn what_is_kept_has_no_hole_and_the_rest_is_counted(
            holes in prop::collection::vec(prop::collection::vec(any::<bool>(), 5), 1..8),
        ) {
            let row = |row: &Vec<bool>| -> Row<()> {
                let cells = row.iter().enumerate();
                cells.map(|(at, &there)| (at.to_string(), there.then_some(()))).collect()
            };
            let there = holes.iter().flatten().filter(|&&there| there).count();
            let table = Table::new(holes.iter().map(row).collect());
            let kept = table.complete();
            let drawings = table.into_drawings(&kept).len();
            prop_assert_eq!(drawings, kept.rows.len() * kept.columns.len());
            prop_assert_eq!(drawings + kept.lost, there);
        }
    }
}
