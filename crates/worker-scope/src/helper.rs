//! A helper's loop: questions are answered one after the other, in the order in which they came.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use twinglyph_helper::{Message, Server};
use twinglyph_nn::backend::Accelerator;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

/// How often the device is looked after, milliseconds.
const WATCHED: i32 = 250;

/// Questions waiting, and whether one is being answered.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Message>,
    busy: bool,
}

/// Answers questions from now on, and tells when the device is lost.
pub fn listen<A: Accelerator + 'static>(server: Server<A>) {
    let Some(scope) = crate::scope() else {
        log::error!("a helper must run in a dedicated worker");
        return;
    };
    let server = Rc::new(server);
    let queue = Rc::new(RefCell::new(Queue::default()));
    let said = crate::said(&scope);
    let on_message = {
        let (server, queue) = (server.clone(), queue.clone());
        Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(question) = crate::unpacked(&message.data()) {
                take(question, &server, &queue);
            }
        })
    };
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
    for question in said.iter().filter_map(crate::unpacked) {
        take(question, &server, &queue);
    }
    spawn_local(async move {
        loop {
            crate::pause(WATCHED).await;
            if let Some(lost) = server.lost() {
                say(&lost);
                return;
            }
        }
    });
}

fn say(news: &Message) {
    let (message, moved) = crate::packed(&news.bytes, &news.numbers);
    let scope = crate::scope();
    let sent = scope.map(|scope| scope.post_message_with_transfer(&message, &moved));
    if let Some(Err(error)) = sent {
        log::error!("an answer was not sent: {}", crate::reason(&error));
    }
}

fn take<A: Accelerator + 'static>(
    question: Message,
    server: &Rc<Server<A>>,
    queue: &Rc<RefCell<Queue>>,
) {
    {
        let mut queue = queue.borrow_mut();
        queue.waiting.push_back(question);
        if queue.busy {
            return;
        }
        queue.busy = true;
    }
    let (server, queue) = (server.clone(), queue.clone());
    spawn_local(async move {
        loop {
            let next = queue.borrow_mut().waiting.pop_front();
            let Some(question) = next else { break };
            let Some(answer) = server.take(question).await else {
                continue;
            };
            if answer.is_failure {
                // Browsers tell of a lost device a little after what it was computing failed.
                crate::pause(WATCHED).await;
            }
            // Numbers of a device that was lost meanwhile mean nothing.
            say(&server.lost().unwrap_or(answer.message));
            server.rest();
        }
        queue.borrow_mut().busy = false;
    });
}
