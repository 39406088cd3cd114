//! Devices as page and worker speak of them: which is wanted, which computes, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which kind of device computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A GPU by WebGPU.
    WebGpu,
    /// The processor, with SIMD.
    Cpu,
}

impl DeviceKind {
    /// The word used in attributes and on the command line: `webgpu` or `cpu`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::Cpu => "cpu",
        }
    }
}

/// The device that the person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DevicePreference {
    /// The fastest device whose numbers are right.
    #[default]
    Auto,
    /// This kind, if its numbers are right.
    Only(DeviceKind),
}

/// The device in use and how it came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// Its kind.
    pub kind: DeviceKind,
    /// Its name for people, as `llvmpipe` or `SIMD`.
    pub name: String,
    /// Median time of one view's embedding, milliseconds.
    pub milliseconds: f32,
    /// Why this device computes.
    pub reason: DeviceReason,
    /// Every device that was tried.
    pub tried: Vec<DeviceTrial>,
}

/// A kind of work that has a device of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Job {
    /// One drawing by all views, to be ranked.
    Rank,
    /// Many drawings: trials, refining a support set, all of Omniglot. Timed by 64 images.
    Batch,
    /// Training. Timed by a step.
    Train,
}

impl Job {
    /// Each once, in the order of [`Jobs`].
    pub const ALL: [Self; 3] = [Self::Rank, Self::Batch, Self::Train];

    /// The word used in attributes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rank => "rank",
            Self::Batch => "batch",
            Self::Train => "train",
        }
    }
}

/// Where a kind of work would run now, and what is known of its times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobReport {
    /// The device.
    pub kind: DeviceKind,
    /// Workers that share it.
    pub workers: u32,
    /// Milliseconds on the CPU; `None` where that was not measured.
    pub cpu: Option<f32>,
    /// Milliseconds on WebGPU; `None` where that was not measured, or failed.
    pub webgpu: Option<f32>,
}

/// Where each kind of work would run now, in the order of [`Job::ALL`]. Written as `rank=cpu batch=cpu:2 train=webgpu`,
/// with the number of workers behind the device where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Jobs(pub [JobReport; 3]);

impl Jobs {
    /// Each kind of work with its report.
    pub fn iter(&self) -> impl Iterator<Item = (Job, JobReport)> {
        Job::ALL.into_iter().zip(self.0)
    }
}

impl fmt::Display for Jobs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for (job, JobReport { kind, workers, .. }) in self.iter() {
            write!(formatter, "{between}{}={}", job.as_str(), kind.as_str())?;
            if workers > 1 {
                write!(formatter, ":{workers}")?;
            }
            between = " ";
        }
        Ok(())
    }
}

/// A device that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceTrial {
    /// Its kind.
    pub kind: DeviceKind,
    /// Its name; empty where there is none.
    pub name: String,
    /// The result of the self-test.
    pub outcome: Outcome,
}

/// The result of the self-test on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The numbers are right.
    Agrees {
        /// Median time of one embedding, milliseconds.
        milliseconds: f32,
        /// Largest relative difference from the expected numbers.
        deviation: f32,
    },
    /// The numbers are wrong: the device is not used.
    Disagrees {
        /// Largest relative difference from the expected numbers.
        deviation: f32,
    },
    /// There is no such device, or it failed.
    Unavailable {
        /// Why it can't be used.
        reason: Obstacle,
    },
}

/// Why a device computes. The page has the words for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DeviceReason {
    /// The CPU was asked for.
    CpuAsked,
    /// The CPU computes while WebGPU is being tried.
    CpuFirst,
    /// The CPU computes while the browser's graphics don't answer.
    CpuMeanwhile,
    /// WebGPU is right, too, but slower, or not sooner by as much as a change of devices is worth.
    CpuFaster {
        /// WebGPU's time in the CPU's; below 1 where WebGPU is a little sooner.
        times: f32,
    },
    /// WebGPU was asked for, and its numbers are right.
    WebGpuAsked,
    /// WebGPU's numbers are right, and it is faster.
    WebGpuFaster {
        /// The CPU's time in WebGPU's.
        times: f32,
    },
    /// The CPU computes: there is no WebGPU.
    NoWebGpu(Obstacle),
    /// The CPU computes: WebGPU's numbers are wrong.
    WebGpuWrong {
        /// Largest relative difference from the expected numbers.
        deviation: f32,
    },
    /// The CPU goes on: the WebGPU device was lost.
    WebGpuLost {
        /// What the browser said.
        said: String,
    },
}

/// Why a device can't be used. The page has the words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obstacle {
    /// The browser has no adapter for it.
    NoAdapter,
    /// The browser's graphics compute on the processor; they are taken only where a person asks for them.
    Software,
    /// The browser's graphics didn't answer in time.
    Silent,
    /// The engine was built without it.
    NotBuilt,
    /// A layer is larger than what the adapter takes in one piece.
    TooLarge {
        /// Size of the layer, MiB.
        layer: u64,
        /// Largest size that the adapter takes, MiB.
        most: u64,
    },
    /// It was lost.
    Lost {
        /// What the browser said.
        said: String,
    },
    /// It failed while it was tried.
    Failed {
        /// The device's error.
        said: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_written_with_their_workers() {
        let on = |kind, workers| JobReport {
            kind,
            workers,
            cpu: None,
            webgpu: None,
        };
        let (cpu, webgpu) = (DeviceKind::Cpu, DeviceKind::WebGpu);
        let jobs = Jobs([on(cpu, 1), on(cpu, 2), on(webgpu, 1)]);
        assert_eq!(jobs.to_string(), "rank=cpu batch=cpu:2 train=webgpu");
    }
}
