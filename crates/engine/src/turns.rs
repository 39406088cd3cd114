//! Turns of those who wait for the same thing.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures_channel::oneshot;

/// One has the turn, the others wait in order. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Turns(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    is_taken: bool,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// Somebody's turn, until it is dropped.
pub(crate) struct Turn(Option<Turns>);

impl Turns {
    /// The turn, once all who asked before have had theirs.
    pub(crate) async fn wait(&self) -> Turn {
        let waits = {
            let mut queue = self.0.borrow_mut();
            std::mem::replace(&mut queue.is_taken, true).then(|| {
                let (sender, receiver) = oneshot::channel();
                queue.waiting.push_back(sender);
                receiver
            })
        };
        let turn = match waits {
            Some(turn) => turn.await.ok(),
            None => None,
        };
        turn.unwrap_or_else(|| Turn(Some(self.clone())))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(turns) = self.0.take() else { return };
        loop {
            let next = turns.0.borrow_mut().waiting.pop_front();
            let Some(next) = next else {
                turns.0.borrow_mut().is_taken = false;
                return;
            };
            match next.send(Turn(Some(turns.clone()))) {
                Ok(()) => return,
                // It is not waited for any more.
                Err(mut turn) => turn.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn turns_come_in_order_and_pass_those_who_left() {
        let turns = Turns::default();
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..2 {
            let mut first = pin!(turns.wait());
            let Poll::Ready(turn) = first.as_mut().poll(&mut context) else {
                panic!("nobody has the turn");
            };
            let (mut second, mut fourth) = (pin!(turns.wait()), pin!(turns.wait()));
            let mut third = Box::pin(turns.wait());
            assert!(second.as_mut().poll(&mut context).is_pending());
            assert!(third.as_mut().poll(&mut context).is_pending());
            assert!(fourth.as_mut().poll(&mut context).is_pending());
            drop(turn);
            assert!(fourth.as_mut().poll(&mut context).is_pending());
            let turn = second.as_mut().poll(&mut context);
            assert!(turn.is_ready());
            drop(third);
            assert!(fourth.as_mut().poll(&mut context).is_pending());
            drop(turn);
            // A turn that nobody takes passes on, too.
            let mut fifth = pin!(turns.wait());
            assert!(fifth.as_mut().poll(&mut context).is_pending());
            assert!(fourth.as_mut().poll(&mut context).is_ready());
            assert!(fifth.as_mut().poll(&mut context).is_ready());
        }
    }
}
