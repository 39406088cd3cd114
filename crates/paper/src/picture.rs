//! Pictures: coloured as browsers give them, and in shades of grey.

use crate::scan::{MAX_PIXELS, ScanError};

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

    /// Brightness as ITU-R BT.601 weighs colours, on white where the picture can be seen through.
    #[must_use]
    pub fn brightness(&self) -> Gray {
        let pixels = self.pixels().map(|[red, green, blue, opaque]| {
            let light = 0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue);
            let opaque = f32::from(opaque) / 255.0;
            (light * opaque + 255.0 * (1.0 - opaque)) as u8
        });
        Gray {
            width: self.width,
            height: self.height,
            pixels: pixels.collect(),
        }
    }
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
