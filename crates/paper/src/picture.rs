//! Pictures: coloured as browsers give them, and in shades of grey.

use crate::scan::{MAX_PIXELS, ScanError};

/// Darker ink is seen on white paper.
const MIDDLE: f32 = 128.0;

/// Light ink has less than one part in so many of dark.
const MAX_DARK: usize = 100;

/// A picture as a canvas gives it.
#[derive(Clone, Debug)]
pub struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Picture {
    /// A picture of red, green, blue and opacity (0 to 255, not multiplied), row by row.
    ///
    /// # Errors
    /// [`ScanError::Size`] when there are not `4 * width * height` bytes, none, or more than
    /// [`MAX_PIXELS`] pixels.
    pub fn new(width: usize, height: usize, rgba: Vec<u8>) -> Result<Self, ScanError> {
        let count = width.checked_mul(height).filter(|&count| count > 0);
        let fits = |&count: &usize| count <= MAX_PIXELS && count * 4 == rgba.len();
        match count.filter(fits) {
            Some(_) => Ok(Self {
                width,
                height,
                rgba,
            }),
            None => Err(ScanError::Size),
        }
    }

    /// Width, pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height, pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green, blue and opacity of each pixel.
    pub fn pixels(&self) -> impl ExactSizeIterator<Item = [u8; 4]> + '_ {
        self.rgba
            .chunks_exact(4)
            .map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]])
    }

    /// Brightness as ITU-R BT.601 weighs colours. Where the picture can be seen through, it lies on white;
    /// on black where all of its ink is light.
    #[must_use]
    pub fn brightness(&self) -> Gray {
        let paper = if self.is_light_ink() { 0.0 } else { 255.0 };
        let pixels = self.pixels().map(|pixel| {
            let opaque = f32::from(pixel[3]) / 255.0;
            (light(pixel) * opaque + paper * (1.0 - opaque)) as u8
        });
        Gray {
            width: self.width,
            height: self.height,
            pixels: pixels.collect(),
        }
    }

    /// Is most of the picture empty, and nearly nothing of the rest dark? A picture that holds both is a
    /// piece of paper with its ink.
    fn is_light_ink(&self) -> bool {
        let (mut opaque, mut dark) = (0, 0);
        for pixel in self.pixels() {
            let weight = usize::from(pixel[3]);
            opaque += weight;
            if light(pixel) < MIDDLE {
                dark += weight;
            }
        }
        let all = self.width * self.height * 255;
        opaque * 2 < all && dark * MAX_DARK < opaque
    }
}

/// Brightness of a pixel, 0 to 255, whatever its opacity.
fn light([red, green, blue, _]: [u8; 4]) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

/// A picture in shades of grey: 0 is black, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` values.
    pub pixels: Vec<u8>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NONE: [u8; 4] = [0; 4];
    const WHITE: [u8; 4] = [255; 4];
    const BLACK: [u8; 4] = [0, 0, 0, 255];

    fn gray(pixels: &[[u8; 4]]) -> Vec<u8> {
        let picture = Picture::new(pixels.len(), 1, pixels.concat());
        picture.unwrap().brightness().pixels
    }

    #[test]
    fn ink_is_seen_on_what_is_transparent() {
        assert_eq!(gray(&[NONE, BLACK, NONE]), [255, 0, 255]);
        assert_eq!(gray(&[NONE, WHITE, NONE]), [0, 255, 0]);
        let half = gray(&[NONE, [255, 255, 255, 128], NONE]);
        assert_eq!(half, [0, 128, 0]);
        let yellow = gray(&[NONE, [255, 220, 0, 255], NONE]);
        assert_eq!((yellow[0], yellow[1] > 200), (0, true));
    }

    #[test]
    fn paper_in_a_transparent_frame_stays_paper() {
        assert_eq!(
            gray(&[NONE, NONE, NONE, WHITE, BLACK]),
            [255, 255, 255, 255, 0]
        );
        assert_eq!(gray(&[NONE, WHITE, WHITE, WHITE]), [255; 4]);
        assert_eq!(gray(&[WHITE, BLACK]), [255, 0]);
        assert_eq!(gray(&[NONE]), [255]);
    }
}
