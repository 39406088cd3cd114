//! The device that the network runs on, and how the others did.

use twinglyph_core::protocol::{DeviceReason, Job, Obstacle};

use super::Name;

area! {
    Device {
        not_running,
        loading,
        title,
        none,
        later,
        views(views: u32),
        model(name: Name, parameters: &str, views: &str),
        last(time: &str, views: u32),
        device,
        override_,
        fastest,
        processor,
        agrees(time: &str, off: &str),
        disagrees(off: &str),
        exact,
        off_by(deviation: f32),
        job(job: Job),
        place(kind: &str, workers: u32),
        runs(shown: &str, time: &str),
        reason(reason: &DeviceReason),
        obstacle(obstacle: &Obstacle),
    }
}
