//! English: what the page said first, and what the tests look for.

mod about;
mod alphabet;
mod answer;
mod bench;
mod common;
mod desk;
mod device;
mod draw;
mod failures;
mod head;
mod learn;
mod measures;
mod network;
mod published;
mod refusals;
mod teach;
mod train;
mod trials;
mod typing;
