//! The network in use and the engine's state: a badge, and behind it the choice of a network, every device
//! that was tried and why this one is used.

use leptos::ev;
use leptos::html::{Div, Select};
use leptos::prelude::*;
use twinglyph_core::protocol::{
    DeviceKind, DevicePreference, DeviceReason, DeviceTrial, Job, JobReport, Outcome,
};
use wasm_bindgen::JsCast;

use super::address::preference_of;
use super::builtin_models::plain_name;
use super::field::is_elsewhere;
use super::lazy_page::{self, LazyPage};
use super::select::keep_value;
use super::stores::{AppState, DrawStore, use_store};
use super::style::adopt;
use crate::client::worker_client::State;
use crate::words::words;

/// The badge, which names the network, and its panel, which begins with `children`.
#[component]
pub(super) fn DeviceBadge(children: Children) -> impl IntoView {
    let app = use_store::<AppState>();
    let open = RwSignal::new(false);
    let whole = NodeRef::<Div>::new();
    let line = move || match (app.engine.get(), app.device.get(), app.model.get()) {
        (State::Failed, ..) => words().device.not_running.to_owned(),
        (_, Some(_), Some(model)) => words()
            .head
            .in_use(plain_name(&model.name).unwrap_or(&model.name)),
        _ => words().device.loading.to_owned(),
    };
    let kind = move || app.device.get().map(|report| report.kind.as_str());
    // How far its self-test is from the processor's.
    let deviation = move || {
        let report = app.device.get()?;
        let own = report
            .tried
            .iter()
            .find(|trial| trial.kind == report.kind)?;
        match own.outcome {
            Outcome::Agrees { deviation, .. } => Some(format!("{deviation:e}")),
            _ => None,
        }
    };

    let is_inside = move |event: &ev::Event| {
        whole.get_untracked().is_some_and(|whole| {
            let target = event.target().and_then(|target| target.dyn_into().ok());
            whole.contains(target.as_ref())
        })
    };
    let pressed = window_event_listener(ev::keydown, move |event| {
        let is_meant = event.key() == "Escape" && (is_inside(&event) || !is_elsewhere(&event));
        if open.get_untracked() && is_meant {
            event.prevent_default();
            open.set(false);
        }
    });
    let clicked = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !is_inside(&event) {
            open.set(false);
        }
    });
    on_cleanup(move || {
        pressed.remove();
        clicked.remove();
    });

    view! {
        <div class="device" node_ref=whole>
            <button
                class="badge"
                data-testid="device-badge"
                data-device=kind
                data-deviation=deviation
                data-jobs=move || app.jobs.get().map(|jobs| jobs.to_string())
                aria-expanded=move || open.get().to_string()
                aria-controls="device-panel"
                title=words().device.title
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <EngineState />
                <span>{line}</span>
            </button>
            <div
                class="panel"
                id="device-panel"
                role="dialog"
                aria-label=words().device.device
                hidden=move || !open.get()
            >
                {children()}
                <Show when=move || open.get()>
                    <LazyPage fetch=lazy_page::panel />
                </Show>
            </div>
        </div>
    }
}

/// The state as a dot; it carries what tests wait for.
#[component]
fn EngineState() -> impl IntoView {
    let app = use_store::<AppState>();
    let draw = use_store::<DrawStore>();
    let state = move || app.engine.get().as_str();
    let milliseconds = |value: Option<f64>| value.map(|value| format!("{value:.1}"));
    view! {
        <span
            class="state"
            data-testid="engine-state"
            data-state=state
            data-query=move || draw.counters.with(|counters| counters.query.to_string())
            data-ranked=move || draw.counters.with(|counters| counters.ranked.to_string())
            data-first-ranking-ms=move || draw.counters.with(|counters| milliseconds(counters.first_ms))
            data-last-ranking-views=move || app.speed.get().map(|(_, views)| views.to_string())
            data-last-ranking-ms=move || draw.counters.with(|counters| milliseconds(counters.last_ms))
        >
            <span class="visually-hidden">{state}</span>
        </span>
    }
}

/// Which devices were tried, and a choice.
#[component]
pub(super) fn Panel() -> impl IntoView {
    adopt(include_str!("../../assets/css/panel.css"));
    let app = use_store::<AppState>();
    let reason = move || match app.device.get() {
        // The page asks for the CPU itself where graphics have broken a worker.
        Some(report)
            if report.reason == DeviceReason::CpuAsked
                && app.preference.get() == DevicePreference::Auto =>
        {
            words().device.after_fault.to_owned()
        }
        Some(report) => words().device.reason(&report.reason),
        None if app.engine.get() == State::Failed => words().device.none.to_owned(),
        None => words().device.later.to_owned(),
    };
    let trials = move || {
        app.device
            .get()
            .map(|report| report.tried.iter().map(trial).collect_view())
    };
    let jobs = move || {
        app.jobs
            .get()
            .map(|jobs| jobs.iter().map(job).collect_view())
    };
    let model = move || {
        app.model.get().map(|model| {
            let views = match model.views {
                1 => String::new(),
                views => words().device.views(views),
            };
            words()
                .device
                .model(&model.name, &grouped(model.parameters), &views)
        })
    };
    let speed = move || {
        app.speed
            .get()
            .map(|(speed, views)| words().device.last(&time(speed), views))
    };
    let wanted = move || match app.preference.get() {
        DevicePreference::Auto => "auto",
        DevicePreference::Only(kind) => kind.as_str(),
    };
    let select = NodeRef::<Select>::new();
    keep_value(select, move || wanted().to_owned(), || {});
    view! {
        <div data-testid="device-panel">
            <h2>{words().device.title}</h2>
            <p>{reason}</p>
            <ul class="trials">{trials}</ul>
            <ul class="trials" data-testid="device-jobs">{jobs}</ul>
            <label class="override">
                {words().device.override_}
                <select
                    node_ref=select
                    data-testid="device-select"
                    on:change=move |event| {
                        app.use_device(preference_of(Some(&event_target_value(&event))));
                    }
                >
                    <option value="auto">
                        {words().device.fastest}
                    </option>
                    <option value="webgpu">
                        "WebGPU"
                    </option>
                    <option value="cpu">
                        {words().device.processor}
                    </option>
                </select>
            </label>
            <p class="facts">{model} <br /> {speed}</p>
        </div>
    }
}

/// How one device did.
fn trial(trial: &DeviceTrial) -> impl IntoView + use<> {
    let (sign, outcome) = match &trial.outcome {
        Outcome::Agrees {
            milliseconds,
            deviation,
        } => (
            "right",
            words()
                .device
                .agrees(&time(*milliseconds), &off_by(*deviation)),
        ),
        Outcome::Disagrees { deviation } => {
            ("wrong", words().device.disagrees(&off_by(*deviation)))
        }
        Outcome::Unavailable { reason } => ("missing", words().device.obstacle(reason)),
    };
    let name = if trial.name.is_empty() {
        kind_name(trial.kind).to_owned()
    } else {
        format!("{}, {}", kind_name(trial.kind), trial.name)
    };
    view! {
        <li data-outcome=sign>
            <strong>{name}</strong>
            <span>{outcome}</span>
        </li>
    }
}

/// Where a kind of work runs, and why.
fn job((job, report): (Job, JobReport)) -> impl IntoView + use<> {
    let times = match (report.cpu, report.webgpu) {
        (Some(cpu), Some(webgpu)) => {
            let [on_cpu, on_webgpu] = [DeviceKind::Cpu, DeviceKind::WebGpu].map(kind_name);
            format!("{on_cpu} {}, {on_webgpu} {}", time(cpu), time(webgpu))
        }
        (Some(only), None) | (None, Some(only)) => time(only),
        (None, None) => String::new(),
    };
    let place = words().device.place(kind_name(report.kind), report.workers);
    view! {
        <li data-job=job.as_str()>
            <strong>{words().device.job(job)}</strong>
            <span>{words().device.runs(&place, &times)}</span>
        </li>
    }
}

/// A largest relative difference for people.
fn off_by(deviation: f32) -> String {
    if deviation == 0.0 {
        words().device.exact.to_owned()
    } else {
        words().device.off_by(deviation)
    }
}

/// A kind of device for people.
pub(super) fn kind_name(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::WebGpu => "WebGPU",
        DeviceKind::Cpu => "CPU",
    }
}

/// Milliseconds for people: one decimal below three.
pub(super) fn time(milliseconds: f32) -> String {
    if milliseconds < 2.95 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

/// A number with its thousands set apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(time(2.04), "2.0 ms");
        assert_eq!(time(6.1), "6 ms");
        assert_eq!(time(333.4), "333 ms");
        assert_eq!(grouped(38_951_745), "38,951,745");
        assert_eq!(grouped(744), "744");
        assert_eq!(off_by(0.0), "to the last digit");
        assert_eq!(off_by(1.9e-6), "off by 2e-6 at most");
        assert_eq!(grouped(1_000), "1,000");
    }
}
