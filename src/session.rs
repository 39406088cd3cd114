//! What the page knows and how it changes: plain Rust, tested natively.
//!
//! The drawing, the support set, the ranking, trials and their measures, and what is kept across a
//! reload. No DOM, no worker and no clock: times come in as arguments.

pub(crate) mod address;
pub(crate) mod close_call;
pub(crate) mod compare;
pub(crate) mod confusion;
pub(crate) mod contact;
pub(crate) mod custom_set;
pub(crate) mod custom_set_editor;
pub(crate) mod drawing_link;
pub(crate) mod dropped;
pub(crate) mod embed;
pub(crate) mod example;
pub(crate) mod feasibility;
pub(crate) mod file_names;
pub(crate) mod files;
pub(crate) mod fill;
pub(crate) mod fool;
pub(crate) mod glyphs;
pub(crate) mod heatmap;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod library;
pub(crate) mod measure;
pub(crate) mod names;
pub(crate) mod nearest;
pub(crate) mod persistence;
pub(crate) mod picture;
pub(crate) mod play;
pub(crate) mod pointers;
pub(crate) mod print;
pub(crate) mod published;
pub(crate) mod qr;
pub(crate) mod ranking;
pub(crate) mod review;
pub(crate) mod scatter;
pub(crate) mod sheet;
pub(crate) mod support;
pub(crate) mod svg;
pub(crate) mod training;
pub(crate) mod written;
