//! End to end: real browsers, the built app, pen strokes of Omniglot's drawings.
//!
//! The tests proper are in `tests/`. This library drives browsers and knows the page by its
//! handles (`data-testid`) only: nothing of how it is made.

pub mod app;
pub mod browser;
pub mod contact;
pub mod error;
pub mod faults;
pub mod gesture;
pub mod graphics;
pub mod long_run;
pub mod native;
pub mod omniglot;
pub mod page;
pub mod paper;
pub mod replay;
pub mod server;
pub mod side_by_side;
pub mod training;
pub mod trials;
pub mod visits;
pub mod webdriver;

pub use error::{Error, Result};
