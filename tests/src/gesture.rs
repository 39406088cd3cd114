//! Strokes as the pointer actions of a person's hand.

use serde_json::{Value, json};

/// What draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse.
    Mouse,
    /// A finger.
    Touch,
    /// A pen.
    Pen,
}

impl Pointer {
    fn as_str(self) -> &'static str {
        match self {
            Self::Mouse => "mouse",
            Self::Touch => "touch",
            Self::Pen => "pen",
        }
    }
}

/// A stroke in whole CSS pixels of the window, as browsers give a mouse's place.
pub type Path = Vec<(i64, i64)>;

/// A square of the window that a drawing goes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Left edge, CSS pixels from the window's left.
    pub left: f64,
    /// Upper edge, CSS pixels from the window's top.
    pub top: f64,
    /// Width and height, CSS pixels.
    pub side: f64,
}

/// Side of the sheet that strokes are given on: Omniglot's 105 pixels.
const SHEET: f64 = twinglyph_core::bitmap::SIDE as f64;

impl Square {
    /// Strokes of the sheet as paths in the window.
    ///
    /// Points that fall on the pixel of the one before are left out, and so are those nearer
    /// than `spacing` sheet pixels to the last one kept, except a stroke's ends: a point costs a
    /// browser several milliseconds.
    #[must_use]
    pub fn paths(&self, strokes: &[Vec<[f32; 3]>], spacing: f64) -> Vec<Path> {
        let scale = self.side / SHEET;
        strokes
            .iter()
            .filter(|stroke| !stroke.is_empty())
            .map(|stroke| {
                let mut path = Path::new();
                for (at, &[x, y, _]) in stroke.iter().enumerate() {
                    let point = (
                        (self.left + f64::from(x) * scale).round() as i64,
                        (self.top + f64::from(y) * scale).round() as i64,
                    );
                    let far = path.last().is_none_or(|&(x, y): &(i64, i64)| {
                        let (dx, dy) = ((point.0 - x) as f64, (point.1 - y) as f64);
                        dx.hypot(dy) >= spacing * scale
                    });
                    let is_last = at + 1 == stroke.len() && path.last() != Some(&point);
                    if far || is_last {
                        path.push(point);
                    }
                }
                path
            })
            .collect()
    }

    /// Paths of the window as strokes of the sheet: what the page should understand.
    #[must_use]
    pub fn strokes(&self, paths: &[Path]) -> Vec<Vec<[f32; 2]>> {
        let place = |at: i64, from: f64| ((at as f64 - from) * SHEET / self.side) as f32;
        paths
            .iter()
            .map(|path| {
                path.iter()
                    .map(|&(x, y)| [place(x, self.left), place(y, self.top)])
                    .collect()
            })
            .collect()
    }
}

/// The actions that draw these paths, without waiting between points.
#[must_use]
pub fn drawing(pointer: Pointer, paths: &[Path]) -> Value {
    let mut actions = Vec::new();
    let to = |&(x, y): &(i64, i64)| json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y });
    for path in paths {
        let mut points = path.iter();
        actions.extend(points.next().map(to));
        actions.push(json!({ "type": "pointerDown", "button": 0 }));
        actions.extend(points.map(to));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
    }
    json!([{
        "type": "pointer",
        "id": pointer.as_str(),
        "parameters": { "pointerType": pointer.as_str() },
        "actions": actions,
    }])
}

/// The actions that press a key while others are held down; keys as WebDriver writes them.
#[must_use]
pub fn keys(held: &[char], key: char) -> Value {
    let action = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
    let mut actions: Vec<Value> = held.iter().map(|&key| action("keyDown", key)).collect();
    actions.push(action("keyDown", key));
    actions.push(action("keyUp", key));
    actions.extend(held.iter().rev().map(|&key| action("keyUp", key)));
    json!([{ "type": "key", "id": "keyboard", "actions": actions }])
}

/// The control key (WebDriver, section 17.4.2).
pub const CONTROL: char = '\u{E009}';
/// The shift key.
pub const SHIFT: char = '\u{E008}';
/// The escape key.
pub const ESCAPE: char = '\u{E00C}';

#[cfg(test)]
mod tests {
    use super::*;

    const PAD: Square = Square {
        left: 20.5,
        top: 100.25,
        side: 525.0,
    };

    #[test]
    fn what_is_drawn_is_what_is_understood() {
        let stroke: Vec<[f32; 3]> = (0..50)
            .map(|at| [at as f32 * 2.0, 100.0 - at as f32, 0.0])
            .collect();
        let paths = PAD.paths(std::slice::from_ref(&stroke), 0.0);
        let strokes = PAD.strokes(&paths);
        assert_eq!(strokes[0].len(), 50);
        for (drawn, understood) in stroke.iter().zip(&strokes[0]) {
            // Half a CSS pixel is a tenth of the sheet's here.
            assert!((drawn[0] - understood[0]).abs() <= 0.1001);
            assert!((drawn[1] - understood[1]).abs() <= 0.1001);
        }
    }

    #[test]
    fn thinning_keeps_both_ends() {
        let stroke: Vec<[f32; 3]> = (0..50).map(|at| [at as f32, 0.0, 0.0]).collect();
        let paths = PAD.paths(&[stroke, vec![], vec![[3.0, 3.0, 0.0]; 4]], 10.0);
        assert_eq!(paths.len(), 2);
        assert!(paths[0].len() < 8);
        assert_eq!(paths[0].first(), Some(&(21, 100)));
        assert_eq!(paths[0].last(), Some(&(266, 100)));
        assert_eq!(paths[1].len(), 1);
    }
}
