//! A turn for the messages that wait.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessagePort};

/// A port whose messages come back to this program.
struct Turns {
    port: MessagePort,
    waiting: Rc<RefCell<VecDeque<Function>>>,
    /// Hears the port's messages.
    _hears: Closure<dyn FnMut()>,
}

impl Turns {
    fn new() -> Option<Self> {
        let channel = MessageChannel::new().ok()?;
        let waiting = Rc::new(RefCell::new(VecDeque::<Function>::new()));
        let next = waiting.clone();
        let hears = Closure::<dyn FnMut()>::new(move || {
            let resolve = next.borrow_mut().pop_front();
            if let Some(resolve) = resolve {
                // A promise's function never fails.
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
        channel
            .port1()
            .set_onmessage(Some(hears.as_ref().unchecked_ref()));
        Some(Self {
            port: channel.port2(),
            waiting,
            _hears: hears,
        })
    }
}

thread_local! {
    static TURNS: Option<Turns> = Turns::new();
}

/// Lets messages that wait be taken. A message to oneself comes after those: sooner than a timer, which takes 4 ms at
/// least when it follows others (HTML, section 8.7).
pub async fn breathe() {
    let turn = TURNS.with(|turns| {
        let turns = turns.as_ref()?;
        turns.port.post_message(&JsValue::NULL).ok()?;
        Some(Promise::new(&mut |resolve, _| {
            turns.waiting.borrow_mut().push_back(resolve);
        }))
    });
    match turn {
        // It is never rejected.
        Some(turn) => drop(JsFuture::from(turn).await),
        None => crate::pause(0).await,
    }
}
