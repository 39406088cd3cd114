//! Which device does which kind of work: a decision over a table of times.
//!
//! Knows times and what the person wants; refuses to know how work is done, and names of devices.

use twinglyph_core::protocol::DeviceKind::{Cpu, WebGpu};
use twinglyph_core::protocol::{DeviceKind, DevicePreference, Job};

/// Largest share of the time of the device in use that another may take to replace it: less gain would not be felt, and
/// work would go to and fro with every small change.
const WORTH: f32 = 0.8;

/// Number of measurements whose median counts: one outlier changes nothing.
const KEPT: usize = 3;

/// What some work takes on each device, milliseconds, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct JobTimes {
    pub(crate) cpu: Option<f32>,
    pub(crate) webgpu: Option<f32>,
}

impl JobTimes {
    /// How many times as long the CPU takes.
    pub(crate) fn cpu_per_webgpu(self) -> f32 {
        ratio(self.cpu, self.webgpu)
    }

    /// How many times as long WebGPU takes.
    pub(crate) fn webgpu_per_cpu(self) -> f32 {
        ratio(self.webgpu, self.cpu)
    }
}

fn ratio(longer: Option<f32>, shorter: Option<f32>) -> f32 {
    longer.unwrap_or_default() / shorter.unwrap_or_default().max(0.01)
}

/// The device for a kind of work: the one that the person wants, if its numbers are right. Without a wish the one that
/// does it now, unless the other one does it clearly sooner; both times, milliseconds, must be known for that.
pub(crate) fn choose(
    preference: DevicePreference,
    is_proven: bool,
    now: DeviceKind,
    times: JobTimes,
) -> DeviceKind {
    if !is_proven {
        return Cpu;
    }
    match (preference, now, (times.cpu, times.webgpu)) {
        (DevicePreference::Only(kind), ..) => kind,
        (_, Cpu, (Some(cpu), Some(webgpu))) if webgpu <= cpu * WORTH => WebGpu,
        (_, WebGpu, (Some(cpu), Some(webgpu))) if cpu <= webgpu * WORTH => Cpu,
        _ => now,
    }
}

/// The last measurements of one kind of work on one device, milliseconds.
#[derive(Clone, Debug, Default)]
struct Measured(Vec<f32>);

impl Measured {
    fn note(&mut self, milliseconds: f32) {
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push(milliseconds);
    }

    /// The median; of two the shorter one.
    fn middle(&self) -> Option<f32> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        sorted.get(sorted.len().checked_sub(1)? / 2).copied()
    }
}

/// What each kind of work takes on each device, and which does it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// In the order of [`Job::ALL`].
    rows: [Row; 3],
}

#[derive(Clone, Debug)]
struct Row {
    now: DeviceKind,
    cpu: Measured,
    webgpu: Measured,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            now: Cpu,
            cpu: Measured::default(),
            webgpu: Measured::default(),
        }
    }
}

impl Row {
    fn times(&self) -> JobTimes {
        JobTimes {
            cpu: self.cpu.middle(),
            webgpu: self.webgpu.middle(),
        }
    }
}

impl Table {
    fn row(&self, job: Job) -> &Row {
        let [rank, batch, train] = &self.rows;
        match job {
            Job::Rank => rank,
            Job::Batch => batch,
            Job::Train => train,
        }
    }

    fn row_mut(&mut self, job: Job) -> &mut Row {
        let [rank, batch, train] = &mut self.rows;
        match job {
            Job::Rank => rank,
            Job::Batch => batch,
            Job::Train => train,
        }
    }

    /// Notes what some work took; infinite where the device could not do it.
    pub(crate) fn note(&mut self, job: Job, kind: DeviceKind, milliseconds: f32) {
        let row = self.row_mut(job);
        match kind {
            Cpu => row.cpu.note(milliseconds),
            WebGpu => row.webgpu.note(milliseconds),
        }
    }

    /// What it takes on each device.
    pub(crate) fn times(&self, job: Job) -> JobTimes {
        self.row(job).times()
    }

    /// Are both times known?
    pub(crate) fn is_known(&self, job: Job) -> bool {
        let times = self.times(job);
        times.cpu.is_some() && times.webgpu.is_some()
    }

    /// Where it runs.
    pub(crate) fn kind(&self, job: Job) -> DeviceKind {
        self.row(job).now
    }

    /// A graphics device is proven, and how it ranks is measured: until more is known, all work goes where rankings go.
    pub(crate) fn begin(&mut self, preference: DevicePreference) {
        self.decide(preference, true);
        let kind = self.kind(Job::Rank);
        for job in [Job::Batch, Job::Train] {
            self.row_mut(job).now = kind;
        }
    }

    /// What this kind of work took says nothing of what is done next.
    pub(crate) fn forget(&mut self, job: Job) {
        let row = self.row_mut(job);
        (row.cpu, row.webgpu) = (Measured::default(), Measured::default());
    }

    /// The graphics device is gone: what it took says nothing of the next one.
    pub(crate) fn lose(&mut self) {
        for row in &mut self.rows {
            row.webgpu = Measured::default();
            row.now = Cpu;
        }
    }

    /// Decides anew where each kind of work runs.
    pub(crate) fn decide(&mut self, preference: DevicePreference, is_proven: bool) {
        for row in &mut self.rows {
            row.now = choose(preference, is_proven, row.now, row.times());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DevicePreference::{Auto, Only};
    use proptest::prelude::*;

    fn both(cpu: f32, webgpu: f32) -> JobTimes {
        JobTimes {
            cpu: Some(cpu),
            webgpu: Some(webgpu),
        }
    }

    /// Where work of these times runs that runs on the CPU now.
    fn chosen(cpu: f32, webgpu: Option<f32>) -> DeviceKind {
        let cpu = Some(cpu);
        choose(Auto, webgpu.is_some(), Cpu, JobTimes { cpu, webgpu })
    }

    #[test]
    fn machines_of_many_kinds_use_what_is_sooner() {
        let none = None;
        for (machine, times, expected) in [
            // A drawing, a batch of 64 images, a training step: on the CPU and on WebGPU.
            (
                "no GPU",
                [(12.0, none), (96.0, none), (400.0, none)],
                [Cpu, Cpu, Cpu],
            ),
            (
                "integrated",
                [(12.0, Some(18.0)), (96.0, Some(60.0)), (400.0, Some(250.0))],
                [Cpu, WebGpu, WebGpu],
            ),
            (
                "fast",
                [(12.0, Some(4.0)), (96.0, Some(6.0)), (400.0, Some(30.0))],
                [WebGpu, WebGpu, WebGpu],
            ),
            (
                "software",
                [
                    (12.0, Some(2800.0)),
                    (96.0, Some(22_000.0)),
                    (400.0, Some(60_000.0)),
                ],
                [Cpu, Cpu, Cpu],
            ),
            (
                "trains only",
                [(12.0, Some(11.0)), (96.0, Some(90.0)), (400.0, Some(100.0))],
                [Cpu, Cpu, WebGpu],
            ),
            (
                "fails at training",
                [
                    (12.0, Some(4.0)),
                    (96.0, Some(6.0)),
                    (400.0, Some(f32::INFINITY)),
                ],
                [WebGpu, WebGpu, Cpu],
            ),
        ] {
            assert_eq!(
                times.map(|(cpu, webgpu)| chosen(cpu, webgpu)),
                expected,
                "{machine}"
            );
        }
    }

    #[test]
    fn what_a_person_wants_is_done_where_it_is_right() {
        let slow = both(1.0, 1000.0);
        assert_eq!(choose(Only(WebGpu), true, Cpu, slow), WebGpu);
        assert_eq!(choose(Only(WebGpu), false, WebGpu, slow), Cpu);
        assert_eq!(choose(Only(Cpu), true, WebGpu, both(9.0, 1.0)), Cpu);
    }

    /// A table of a GPU that was just proven.
    fn proven(cpu: f32, webgpu: f32) -> Table {
        let mut table = Table::default();
        table.note(Job::Rank, Cpu, cpu);
        table.note(Job::Rank, WebGpu, webgpu);
        table.begin(Auto);
        table
    }

    #[test]
    fn until_more_is_known_all_work_goes_where_rankings_go() {
        for (webgpu, kind) in [(4.0, WebGpu), (40.0, Cpu)] {
            let table = proven(12.0, webgpu);
            assert!(Job::ALL.iter().all(|&job| table.kind(job) == kind));
            assert!(table.is_known(Job::Rank) && !table.is_known(Job::Batch));
        }
    }

    #[test]
    fn a_gpu_that_slows_down_is_left_and_one_slow_answer_is_not_enough() {
        let mut table = proven(12.0, 4.0);
        table.note(Job::Rank, WebGpu, 4.0);
        table.note(Job::Rank, WebGpu, 500.0);
        table.decide(Auto, true);
        assert_eq!(table.kind(Job::Rank), WebGpu);
        table.note(Job::Rank, WebGpu, 500.0);
        table.decide(Auto, true);
        assert_eq!(table.kind(Job::Rank), Cpu);
    }

    #[test]
    fn a_lost_gpu_is_measured_again() {
        let mut table = proven(12.0, 4.0);
        table.note(Job::Batch, WebGpu, 6.0);
        table.lose();
        assert!(Job::ALL.iter().all(|&job| table.kind(job) == Cpu));
        assert!(Job::ALL.iter().all(|&job| !table.is_known(job)));
    }

    proptest! {
        /// Times that differ by less than a fifth change nothing, so work doesn't go to and fro.
        #[test]
        fn work_goes_nowhere_for_little(cpu in 0.1f32..1e4, ratio in 0.81f32..1.23, now in prop::bool::ANY) {
            let now = if now { Cpu } else { WebGpu };
            let times = both(cpu, cpu * ratio);
            prop_assert_eq!(choose(Auto, true, now, times), now);
        }

        /// Where work went for its times, it stays for the same times.
        #[test]
        fn a_choice_is_kept(cpu in 0.1f32..1e4, webgpu in 0.1f32..1e4, now in prop::bool::ANY) {
            let now = if now { Cpu } else { WebGpu };
            let times = both(cpu, webgpu);
            let chosen = choose(Auto, true, now, times);
            prop_assert_eq!(choose(Auto, true, chosen, times), chosen);
        }
    }
}
