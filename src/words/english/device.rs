//! [`crate::words::device`] in English.

use twinglyph_core::protocol::{DeviceReason, Job, Obstacle};

use crate::words::device::Device;

fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NoAdapter => "this browser offers no graphics adapter for it".to_owned(),
        Obstacle::Software => {
            "this browser's graphics are computed by the processor, which is slower than using it directly"
                .to_owned()
        }
        Obstacle::Silent => "the browser's graphics don't answer".to_owned(),
        Obstacle::NotBuilt => "this build has no WebGPU".to_owned(),
        Obstacle::TooLarge { layer, most } => format!(
            "a layer of this network has {layer} MiB, and this adapter takes at most {most} MiB in one piece"
        ),
        Obstacle::Lost { said } => format!("the device was lost: {said}"),
        Obstacle::Failed { said } => said.clone(),
    }
}

fn reason(reason: &DeviceReason) -> String {
    match reason {
        DeviceReason::CpuAsked => "The CPU was asked for.".to_owned(),
        DeviceReason::CpuMeanwhile => {
            "The browser's graphics don't answer yet; the CPU goes on.".to_owned()
        }
        DeviceReason::CpuFirst => "The CPU is ready; WebGPU is being tried.".to_owned(),
        DeviceReason::CpuFaster { times } => {
            format!("WebGPU works here, but the CPU is {times:.1}x faster.")
        }
        DeviceReason::WebGpuAsked => "WebGPU was asked for, and its numbers are right.".to_owned(),
        DeviceReason::WebGpuFaster { times } => {
            format!("WebGPU's numbers are right, and it is {times:.1}x faster.")
        }
        DeviceReason::NoWebGpu(why) => format!("WebGPU can't be used here: {}", obstacle(why)),
        DeviceReason::WebGpuWrong { deviation } => format!(
            "WebGPU gives wrong numbers here (off by {deviation:.0e}), so the CPU computes."
        ),
        DeviceReason::WebGpuLost { said } => {
            format!("The WebGPU device was lost ({said}); the CPU goes on.")
        }
    }
}

impl Device {
    pub(in crate::words) const ENGLISH: Self = Self {
        not_running: "not running",
        loading: "loading",
        title: "Where the network runs",
        none: "No device computes now.",
        later: "Devices are tried once the network is loaded.",
        views: |views| format!(", each drawing seen in up to {views} ways"),
        model: |name, parameters, views| format!("{name}: {parameters} parameters{views}"),
        last: |time, views| match views {
            1 => format!("The last ranking took {time}; it goes by the drawing seen in one way."),
            views => {
                format!(
                    "The last ranking took {time}; it goes by the drawing seen in {views} ways."
                )
            }
        },
        device: "Device",
        override_: "Use ",
        fastest: "the fastest that is right",
        processor: "the processor",
        agrees: |time, off| format!("{time} a drawing; its numbers are right ({off})"),
        disagrees: |off| format!("its numbers are wrong ({off}), so it isn't used"),
        exact: "to the last digit",
        off_by: |deviation| format!("off by {deviation:.0e} at most"),
        job: |job| {
            let words = match job {
                Job::Rank => "A drawing",
                Job::Batch => "64 images at once",
                Job::Train => "A training step",
            };
            words.to_owned()
        },
        place: |kind, workers| match workers {
            1 => kind.to_owned(),
            _ => format!("{kind}, {workers} workers"),
        },
        runs: |shown, time| match time {
            "" => format!("{shown}; not measured yet"),
            _ => format!("{shown} ({time})"),
        },
        reason,
        obstacle,
    };
}
