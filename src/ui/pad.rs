//! The drawing pad: pointers in, strokes out; keys in, steps back.
//!
//! Takes mouse, touch and pen; which of them draws, and what a key asks, is decided by
//! [`crate::session::pointers`] and [`crate::session::keys`]. A point of the pad is a point of the
//! 105-pixel sheet: x = 105 (clientX - left) / width, y likewise.

use js_sys::{Function, Reflect};
use leptos::ev;
use leptos::html::Canvas;
use leptos::prelude::*;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{NOMINAL_PRESSURE, Point};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent, ResizeObserver};

use super::field::is_elsewhere;
use super::glyph::Glyph;
use super::paint::{self, Painted};
use super::paper::Paper;
use crate::session::keys::{Press, Wish};
use crate::session::pointers::{Contact, Deed, Device, Phase, Pointers};
use crate::session::sheet::Sheet;
use crate::vectorize::outline;
use crate::words::words;

/// The pad with its guides, the worked example and the strokes.
#[component]
pub(super) fn Pad(
    /// What is drawn on.
    paper: Paper,
    /// Its handle for tests.
    #[prop(default = "drawing-pad")]
    handle: &'static str,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let pointers = StoredValue::new(Pointers::default());
    // When the drawing began.
    let began = StoredValue::new(0.0f64);

    let example = Memo::new(move |_| {
        paper
            .sheet
            .with(|sheet| sheet.example().map(|example| outline(&example.drawing)))
    });
    let pictured = Signal::derive(move || example.get().unwrap_or_default().into());

    let on = move |phase: Phase| {
        move |event: PointerEvent| {
            let Some(pad) = pad_of(&event) else { return };
            let contact = Contact {
                id: event.pointer_id(),
                device: Device::of(&event.pointer_type()),
                button: event.button(),
                buttons: event.buttons(),
                time: event.time_stamp(),
            };
            let mut deed = Deed::Nothing;
            pointers.update_value(|pointers| deed = pointers.hear(phase, contact));
            match deed {
                Deed::Nothing => {}
                Deed::Begin { tool, instead } => {
                    if instead {
                        paper.cancel();
                    }
                    // Refused for a pointer that has gone already; its end comes then, too.
                    let _ = pad.set_pointer_capture(event.pointer_id());
                    if contact.device != Device::Mouse {
                        leave_field();
                    }
                    if paper.sheet.with_untracked(|sheet| sheet.ink().is_empty()) {
                        began.set_value(event.time_stamp());
                    }
                    paper.begin(tool, point(&pad, &event, began.get_value()));
                }
                Deed::Extend => {
                    let points: Vec<Point> = coalesced(&event)
                        .iter()
                        .map(|event| point(&pad, event, began.get_value()))
                        .collect();
                    paper.extend(points);
                }
                Deed::End => {
                    paper.extend([point(&pad, &event, began.get_value())]);
                    paper.end();
                }
                Deed::Leave => paper.end(),
                Deed::TakeBack => paper.cancel(),
            }
        }
    };

    for kind in ["pointerdown", "pointermove"] {
        let beside = window_event_listener_untyped(kind, move |event| {
            let event: PointerEvent = event.unchecked_into();
            if event.pointer_type() != "pen" {
                return;
            }
            let mut is_palm = false;
            pointers.update_value(|pointers| {
                is_palm = pointers.hear_pen(event.buttons() != 0, event.time_stamp());
            });
            if is_palm {
                paper.cancel();
            }
        });
        on_cleanup(move || beside.remove());
    }
    keys(paper, canvas);
    let anew = keep_painted(paper, canvas);

    let state = move || {
        paper.sheet.with(|sheet| {
            if sheet.example().is_some() {
                "example"
            } else if sheet.is_blank() {
                "blank"
            } else {
                "drawn"
            }
        })
    };

    view! {
        <div
            class="pad"
            data-testid=handle
            data-sheet=state
            data-strokes=move || paper.sheet.with(|sheet| sheet.finished().to_string())
            role="img"
            tabindex="0"
            aria-label=words().draw.pad
            on:pointerdown=on(Phase::Down)
            on:pointermove=on(Phase::Move)
            on:pointerup=on(Phase::Up)
            on:pointercancel=on(Phase::Cancel)
            on:lostpointercapture=on(Phase::Lost)
            on:touchstart=keep_touch
            on:touchmove=keep_touch
            on:contextmenu=|event: ev::MouseEvent| event.prevent_default()
        >
            <svg class="guides" viewBox="0 0 105 105" aria-hidden="true">
                <path d="M52.5 3v99M3 52.5h99" />
                <path class="diagonal" d="M3 3l99 99M102 3l-99 99" />
            </svg>
            <Show when=move || example.with(Option::is_some)>
                <div class="example">
                    <Glyph outline=pictured />
                </div>
            </Show>
            <canvas node_ref=canvas on:transitionend=move |_| anew()></canvas>
        </div>
    }
}

/// The pad that an event came to.
fn pad_of(event: &PointerEvent) -> Option<HtmlElement> {
    event.current_target()?.dyn_into().ok()
}

/// Takes the focus from a text field, as a click on the pad does: a touch whose default is prevented would
/// leave the keys there.
fn leave_field() {
    let field = document().active_element();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // It fails only for an element that has gone.
        let _ = field.blur();
    }
}

/// Keeps a touch from being taken for handwriting: an iPad looks for text in a pencil's quick strokes
/// near a text field, and withholds them from the page.
fn keep_touch(event: ev::TouchEvent) {
    event.prevent_default();
}

/// The place of a pointer on the sheet.
fn point(pad: &HtmlElement, event: &PointerEvent, began: f64) -> Point {
    let bounds = pad.get_bounding_client_rect();
    // web-sys gives whole numbers; a pen's place has a fraction.
    let place = |name: &str, from: f64, extent: f64| {
        Reflect::get(event, &JsValue::from_str(name))
            .ok()
            .and_then(|at| at.as_f64())
            .filter(|_| extent > 0.0)
            .map_or(0.0, |at| ((at - from) * SIDE as f64 / extent) as f32)
    };
    // Only pens measure pressure; what fingers report is a constant or the finger's width.
    let pressure = if event.pointer_type() == "pen" && event.pressure() > 0.0 {
        event.pressure()
    } else {
        NOMINAL_PRESSURE
    };
    Point {
        x: place("clientX", bounds.left(), bounds.width()),
        y: place("clientY", bounds.top(), bounds.height()),
        t: (event.time_stamp() - began).max(0.0) as f32,
        pressure,
    }
}

/// The events that the browser merged into this one, or it alone where there are none to be had.
fn coalesced(event: &PointerEvent) -> Vec<PointerEvent> {
    let method = Reflect::get(event, &JsValue::from_str("getCoalescedEvents"));
    let known = method.is_ok_and(|method| method.is_instance_of::<Function>());
    let merged: Vec<PointerEvent> = if known {
        event
            .get_coalesced_events()
            .iter()
            .filter_map(|event| event.dyn_into().ok())
            .collect()
    } else {
        Vec::new()
    };
    if merged.is_empty() {
        vec![event.clone()]
    } else {
        merged
    }
}

/// Undo, redo and clear by keys, anywhere but in a field that takes text or while a dialog is open,
/// while the pad is on the screen.
fn keys(paper: Paper, canvas: NodeRef<Canvas>) {
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let is_seen = canvas
            .get_untracked()
            .is_some_and(|canvas| canvas.offset_parent().is_some());
        let press = Press {
            key: &event.key(),
            code: &event.code(),
            control: event.ctrl_key() || event.meta_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
            elsewhere: !is_seen || event.default_prevented() || is_elsewhere(&event),
        };
        match press.wish() {
            Some(Wish::Undo) => paper.undo(),
            Some(Wish::Redo) => paper.redo(),
            Some(Wish::Clear) => paper.clear(),
            None => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// Paints the strokes whenever they, the pen or the pad's size change, once a picture of the screen at
/// most; and what it gives does, for another colour of the ink, which comes by a transition.
fn keep_painted(paper: Paper, canvas: NodeRef<Canvas>) -> impl Fn() + Copy + 'static {
    let asked = StoredValue::new(false);
    let painted = StoredValue::new(None::<Painted>);
    let repaint = move || {
        // Nothing is stored any more when the pad has gone.
        if asked.try_get_value() != Some(false) {
            return;
        }
        asked.set_value(true);
        request_animation_frame(move || {
            // The pad may have gone before the screen was drawn.
            asked.try_set_value(false);
            if let Some(canvas) = canvas.try_get_untracked().flatten() {
                let width = paper.pen.get_untracked();
                let now = paper.sheet.with_untracked(|sheet: &Sheet| {
                    // Only the stroke under way can't have changed but at its end.
                    paint::ink(
                        &canvas,
                        sheet.ink(),
                        width,
                        sheet.is_inking(),
                        painted.get_value(),
                    )
                });
                painted.set_value(Some(now));
            }
        });
    };
    Effect::new(move |_| {
        paper.sheet.track();
        paper.pen.track();
        repaint();
    });
    let anew = move || {
        painted.try_set_value(None);
        repaint();
    };
    Effect::new(move |_| {
        let Some(element) = canvas.get() else { return };
        let changed = Closure::<dyn FnMut()>::new(anew);
        if let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&element);
        }
        // Observed elements come and go with their pads; the function is small.
        changed.forget();
    });
    anew
}
