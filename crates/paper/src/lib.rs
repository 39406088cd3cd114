//! Characters on pictures of paper.
//!
//! From the pixels of a photo or a scan to drawings in reading order. Pure: does no IO, reads no clock,
//! opens no file formats. Refuses to know the page that shows what was found.

mod components;
pub mod contact;
pub mod cut;
pub mod form;
mod group;
mod holes;
mod light;
mod likelihood;
mod lines;
pub mod message;
pub mod picture;
pub mod scan;
mod sheet;
pub mod sides;
mod turn;

pub use cut::{Bounds, Character, Cut, cut};
pub use picture::{Gray, Picture};
