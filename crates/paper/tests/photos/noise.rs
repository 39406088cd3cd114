//! Smooth noise over a plane.

/// Noise that belongs to a seed.
#[derive(Clone, Copy)]
pub(crate) struct Noise(pub(crate) u32);

impl Noise {
    /// 0 to 1; varies over a distance of 1.
    pub(crate) fn at(self, x: f64, y: f64) -> f32 {
        let (column, row) = (x.floor(), y.floor());
        let (right, down) = ((x - column) as f32, (y - row) as f32);
        let (column, row) = (column as i32, row as i32);
        let above = self.cell(column, row) * (1.0 - right) + self.cell(column + 1, row) * right;
        let below =
            self.cell(column, row + 1) * (1.0 - right) + self.cell(column + 1, row + 1) * right;
        above * (1.0 - down) + below * down
    }

    fn cell(self, x: i32, y: i32) -> f32 {
        let mut bits =
            (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ self.0;
        bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
        bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
        ((bits ^ (bits >> 15)) >> 8) as f32 / 16_777_216.0
    }
}
