//! Helpers on further cores, which embed parts of a batch beside the leader.
//!
//! A batch is cut into parts. The leader embeds one after the other and hears messages between them; each helper has
//! two on its way, so that it need not wait while the leader is at a part, and one near the end. What helpers still
//! have a while after no other part is left the leader embeds too: one that is slow, silent or lost costs a batch
//! little. A part's numbers are the same whoever embeds it.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use twinglyph_core::protocol::DeviceKind;
use twinglyph_core::{Bitmap, Views};
use twinglyph_helper::Helper;
use twinglyph_nn::Values;
use twinglyph_nn::backend::DeviceTwin;

use crate::Host;
use crate::device::{Ready, embed_on};
use crate::session::Inputs;

/// Images of a part. A ranking waits for one part; with larger parts the last one of a batch is waited for longer.
const PART: usize = 8;

/// Least images, of a batch or of several that follow each other, that start a helper: its program and its copy of the
/// network have to come first. Refining 20 drawings takes 160. Helpers that are there take parts of any batch.
const WORTH_HELPERS: usize = 256;

/// Most helpers: the batches that a page asks for have few parts for more.
const MOST: usize = 7;

/// Idle time (rests, some 20 s) after which helpers are ended.
const IDLE: u32 = 200;

/// Time (ms) after a ranking in which helpers take no part: who draws may draw on, and the browser needs a core for
/// that.
const HELD: f64 = 1000.0;

/// Unanswered parts after which a helper counts as silent.
const UNANSWERED: u32 = 8;

/// Lost helpers after which no other is started for this model.
const LOSSES: u32 = 3;

/// The helpers that have a network.
#[derive(Default)]
pub(crate) struct Pool {
    /// The network's file. Without it there are no helpers.
    file: Option<Rc<Vec<u8>>>,
    members: RefCell<Vec<Rc<Member>>>,
    /// Batches begun, and those on their way.
    begun: Cell<u32>,
    open: Cell<u32>,
    losses: Cell<u32>,
    /// Images of batches that are followed by others.
    series: Cell<usize>,
    /// Until when helpers take no part, on the host's clock.
    held: Cell<f64>,
    /// Is the model no longer in use?
    ended: Cell<bool>,
}

struct Member {
    helper: Rc<dyn Helper>,
    twin: OnceCell<Rc<dyn DeviceTwin>>,
    failed: Cell<bool>,
    /// Parts given since the last answer.
    unanswered: Cell<u32>,
}

/// The share of the leader's time alone that a batch takes by so many workers, about: a helper does two thirds of what
/// the leader does, which waits for nobody.
pub(crate) fn share(workers: usize) -> f32 {
    3.0 / (1 + 2 * workers.max(1)) as f32
}

impl Pool {
    /// Of the network of this file. None is at hand of a large one: it would have to be brought once more for each
    /// helper, and each copy takes as much memory as the leader's.
    pub(crate) fn new(file: Option<Rc<Vec<u8>>>) -> Rc<Self> {
        Rc::new(Self {
            file,
            ..Self::default()
        })
    }

    /// Ends all helpers, now and for good.
    pub(crate) fn end(&self) {
        self.ended.set(true);
        self.members.borrow_mut().clear();
    }

    /// Somebody draws: helpers rest for a moment.
    pub(crate) fn hold(&self, now: f64) {
        self.held.set(now + HELD);
    }

    /// The images of a batch that is followed by others, and of those before it.
    pub(crate) fn in_series(&self, images: usize) -> usize {
        self.series.set(self.series.get().saturating_add(images));
        self.series.get()
    }

    /// Workers for a large batch on so many cores, `busy` of which others keep: the leader and its helpers.
    pub(crate) fn workers(&self, cores: usize, busy: usize) -> usize {
        let helpers = cores.saturating_sub(1 + busy).min(MOST);
        1 + self.file.as_ref().map_or(0, |_| helpers)
    }

    /// Starts helpers for so many images, until there is one for each core beside the leader's and `busy` others. Ends
    /// those for which there is no core any more.
    pub(crate) fn prepare(self: &Rc<Self>, host: &Rc<dyn Host>, images: usize, busy: usize) {
        let wanted = self.workers(host.cores(), busy) - 1;
        self.members.borrow_mut().truncate(wanted);
        let before = self.members.borrow().len();
        let Some(file) = self.file.clone().filter(|_| images >= WORTH_HELPERS) else {
            return;
        };
        if self.ended.get() || self.losses.get() >= LOSSES || before >= wanted {
            return;
        }
        for _ in before..wanted {
            let Some(helper) = host.helper(DeviceKind::Cpu) else {
                return;
            };
            let member = Rc::new(Member {
                helper,
                twin: OnceCell::new(),
                failed: Cell::new(false),
                unanswered: Cell::new(0),
            });
            self.members.borrow_mut().push(member.clone());
            let file = file.clone();
            host.spawn(Box::pin(async move {
                match member.helper.load(&file).await {
                    Ok(twin) => drop(member.twin.set(twin)),
                    Err(error) => {
                        log::warn!("a helper on another core: {error}");
                        member.failed.set(true);
                    }
                }
            }));
        }
        if before == 0 {
            host.spawn(Box::pin(end_when_idle(self.clone(), host.clone())));
        }
    }

    /// Inputs embedded on the CPU. `goes_on` hears of drawings done; once it says no, the answer is `None`, as it is of
    /// no drawings.
    pub(crate) async fn embed(
        &self,
        host: &dyn Host,
        ready: &Ready,
        inputs: Inputs<'_>,
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> Option<Values> {
        self.begun.set(self.begun.get().wrapping_add(1));
        self.open.set(self.open.get() + 1);
        let batch = Batch::new(inputs.drawings, ready.twin.possible(inputs.views));
        let members = self.members.borrow().clone();
        let embedded = {
            let lane = |member, left| {
                Box::pin(batch.lane(member, left, &self.held, host, ready)) as Lane<'_>
            };
            let few = 2 * (members.len() + 1);
            let lanes = members
                .iter()
                .flat_map(|member| [lane(member, 1), lane(member, few)]);
            let lanes = lanes.collect();
            batch
                .lead_beside(lanes, batch.lead(host, ready, goes_on))
                .await
        };
        self.open.set(self.open.get() - 1);
        self.dismiss();
        embedded.then(|| batch.values()).flatten()
    }

    /// Ends helpers that failed or are silent.
    fn dismiss(&self) {
        let mut members = self.members.borrow_mut();
        let before = members.len();
        members.retain(|member| !member.failed.get() && member.unanswered.get() < UNANSWERED);
        let lost = before - members.len();
        self.losses.set(self.losses.get() + lost as u32);
    }
}

/// Ends helpers once no batch has come for a while.
async fn end_when_idle(pool: Rc<Pool>, host: Rc<dyn Host>) {
    loop {
        let begun = pool.begun.get();
        for _ in 0..IDLE {
            host.rest().await;
            if pool.members.borrow().is_empty() {
                return;
            }
        }
        if pool.begun.get() == begun && pool.open.get() == 0 {
            pool.members.borrow_mut().clear();
            pool.series.set(0);
            return;
        }
    }
}

type Lane<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A batch on its way.
struct Batch<'a> {
    parts: Vec<&'a [&'a Bitmap]>,
    views: Views,
    /// Parts before this one are embedded or somebody's.
    next: Cell<usize>,
    /// Parts that helpers have, the latest last.
    given: RefCell<Vec<usize>>,
    embedded: RefCell<Vec<Option<Values>>>,
}

impl<'a> Batch<'a> {
    fn new(drawings: &'a [&'a Bitmap], views: Views) -> Self {
        let at_once = (PART / views.count()).max(1);
        let parts: Vec<_> = drawings.chunks(at_once).collect();
        Self {
            views,
            next: Cell::new(0),
            given: RefCell::default(),
            embedded: RefCell::new(vec![None; parts.len()]),
            parts,
        }
    }

    /// The next part that nobody has, if there are so many left.
    fn take(&self, left: usize) -> Option<usize> {
        let at = self.next.get();
        (at + left <= self.parts.len()).then(|| self.next.set(at + 1))?;
        Some(at)
    }

    fn is_whole(&self) -> bool {
        self.next.get() == self.parts.len() && self.embedded.borrow().iter().all(Option::is_some)
    }

    fn put(&self, at: usize, values: Values) {
        self.given.borrow_mut().retain(|&given| given != at);
        if let Some(place) = self.embedded.borrow_mut().get_mut(at) {
            *place = Some(values);
        }
    }

    /// Drawings done.
    fn done(&self) -> usize {
        let embedded = self.embedded.borrow();
        embedded.iter().flatten().map(Values::len).sum()
    }

    fn values(&self) -> Option<Values> {
        Values::concat(self.embedded.borrow().iter().flatten())
    }

    /// Whether the leader went on to the end; the lanes go on beside it, and are left when all parts are there.
    async fn lead_beside(
        &self,
        mut lanes: Vec<Lane<'_>>,
        leader: impl Future<Output = bool>,
    ) -> bool {
        let mut leader = pin!(leader);
        poll_fn(|context| {
            lanes.retain_mut(|lane| lane.as_mut().poll(context).is_pending());
            match leader.as_mut().poll(context) {
                Poll::Pending if self.is_whole() => Poll::Ready(true),
                polled => polled,
            }
        })
        .await
    }

    /// The leader's turns; did it go on to the end?
    async fn lead(
        &self,
        host: &dyn Host,
        ready: &Ready,
        goes_on: &mut dyn FnMut(usize) -> bool,
    ) -> bool {
        let mut waited = false;
        loop {
            let mut taken = self.take(1);
            if taken.is_none() && !waited {
                // Soon they are here.
                host.rest().await;
                waited = true;
            }
            if waited {
                taken = self.given.borrow_mut().pop();
            }
            let Some(at) = taken else {
                return true;
            };
            let drawings = self.parts.get(at).copied().unwrap_or_default();
            let values = ready.twin.embed(drawings.iter().copied(), self.views);
            self.put(at, values);
            if !goes_on(self.done()) {
                return false;
            }
            host.breathe().await;
        }
    }

    /// One part after the other by a helper, from when it is ready and as long as so many are left.
    async fn lane(
        &self,
        member: &Member,
        left: usize,
        held: &Cell<f64>,
        host: &dyn Host,
        ready: &Ready,
    ) {
        let twin = loop {
            match member.twin.get() {
                _ if member.failed.get() => return,
                Some(twin) => break twin,
                None => host.rest().await,
            }
        };
        loop {
            while host.now() < held.get() && !self.is_whole() {
                host.rest().await;
            }
            let Some(at) = self.take(left) else {
                return;
            };
            self.given.borrow_mut().push(at);
            let drawings = self.parts.get(at).copied().unwrap_or_default();
            member.unanswered.set(member.unanswered.get() + 1);
            let drawings = drawings.iter().copied();
            let embedded = embed_on(twin.as_ref(), &ready.twin, drawings, self.views).await;
            match embedded {
                Ok(values) => {
                    member.unanswered.set(0);
                    self.put(at, values);
                }
                // Its parts stay among those given, which the leader embeds.
                Err(error) => {
                    log::warn!("a helper on another core: {error}");
                    member.failed.set(true);
                    return;
                }
            }
        }
    }
}
