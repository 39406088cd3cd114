use crate::words::device::Device;

impl Device {
    pub(in crate::words) const ENGLISH: Self = Self {
        not_running: "not running",
        loading: "loading",
        title: "Where the network runs",
        none: "No device computes now.",
        later: "Devices are tried once the network is loaded.",
        views: |views| format!(", each drawing seen in {views} ways"),
        model: |name, parameters, views| format!("{name}: {parameters} parameters{views}"),
        last: |time| format!("The last ranking took {time}."),
        device: "Device",
        override_: "Use ",
        fastest: "the fastest that is right",
        processor: "the processor",
        agrees: |time, off| format!("{time} a drawing; its numbers are right ({off})"),
        disagrees: |off| format!("its numbers are wrong ({off}), so it isn't used"),
        exact: "to the last digit",
        off_by: |deviation| format!("off by {deviation:.0e} at most"),
    };
}
