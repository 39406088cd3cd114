//! The state of the page `#/train`: what is to be learned, the run, and what it has told.

mod hearing;
mod keeping;

use std::sync::Arc;

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use twinglyph_core::protocol::{Command, Drawings, TrainControl, TrainEnd, TrainFrom, TrainStart};
use twinglyph_core::training::{HeldOut, PROPOSED, TrainConfig, sample};
use twinglyph_core::{Alphabet, Architecture, Set as Part};
use wasm_bindgen::JsValue;

use crate::client::now;
use crate::reading::INVENTED;
use crate::session::custom_set::{fingerprint, lacks_training, learnable};
use crate::session::feasibility::Feasibility;
use crate::session::library::Library;
use crate::session::support::OWN;
use crate::session::training::{Form, KeptRun, Progress, called};
use crate::ui::persistence;
use crate::ui::persistent_storage::PersistentStorage;
use crate::ui::stores::{
    AlphabetStore, AppState, CustomSetStore, ModelStore, TrainStore, use_store,
};
use crate::vectorize::outline;
use crate::words::words;

/// Steps between checkpoints: some 20 s on the processor of a small machine.
const KEEP_EVERY: u32 = 20;

/// Steps of a run that is not replaced unasked. Fewer are done again in less time than a question takes.
const ASKED_FROM: u32 = 20;

/// Parts of a run after each of which it is validated.
const VALIDATIONS: u32 = 6;

/// Pictures of the batch that are shown.
pub(super) const SHOWN: usize = 24;

/// Where a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Phase {
    /// There is none.
    #[default]
    Idle,
    /// Its alphabets are fetched, or it waits for the worker.
    Waiting,
    /// It learns.
    Going,
    /// It waits for the person.
    Paused,
    /// It is over; its weights can be kept.
    Over(TrainEnd),
    /// The worker was lost; it can go on from the checkpoint.
    Lost,
}

/// A trial on held-out characters, as outlines of its drawings.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ShownTrial {
    /// What is asked.
    pub(super) query: Arc<str>,
    /// What it is compared with; the first is right.
    pub(super) choices: Vec<Arc<str>>,
}

/// What a run is made of.
#[derive(Debug)]
struct TrainJob {
    run: u32,
    resumes: bool,
    form: Form,
    config: TrainConfig,
    learned: Vec<Alphabet>,
    held_out: HeldOut,
}

/// What a person wants to be done with a kept model.
#[derive(Clone, Debug)]
enum Wish {
    /// Keep something under a free name that is nearest to the one in the command.
    Keep(Command),
    /// Delete the model of this name, once its file is here to be had back.
    Delete { name: String, was_used: bool },
}

/// A model on its way to those that are kept.
#[derive(Clone, Debug)]
struct Keeping {
    /// The name in the list.
    name: String,
    /// The one that was wished for.
    wished: String,
    /// Is it what the run has learned?
    is_run: bool,
}

/// Every signal of the page `#/train`.
#[derive(Clone, Copy)]
pub(crate) struct TrainPage {
    pub(super) alphabets: AlphabetStore,
    pub(super) own: CustomSetStore,
    app: AppState,
    pub(super) models: ModelStore,
    train: TrainStore,
    /// What the next run shall be.
    pub(super) form: RwSignal<Form>,
    /// Where the run is.
    pub(super) phase: RwSignal<Phase>,
    /// What it has told.
    pub(super) progress: RwSignal<Progress>,
    /// The batch of the last step, at most [`SHOWN`] pictures of 48x48.
    pub(super) batch: RwSignal<Vec<f32>>,
    /// What the run was asked to do and has not done yet.
    pub(super) wished: RwSignal<Option<TrainControl>>,
    /// What went wrong.
    pub(super) told: RwSignal<Option<String>>,
    /// Does what is kept here last?
    pub(super) storage: PersistentStorage,
    /// Steps of the run.
    pub(super) steps: RwSignal<u32>,
    /// Images of a batch.
    pub(super) images: RwSignal<usize>,
    /// The trials on held-out characters whose answers are shown.
    pub(super) shown: RwSignal<Arc<[ShownTrial]>>,
    job: StoredValue<Option<Arc<TrainJob>>>,
    /// What came of the last thing that was done with a kept model.
    pub(super) said: RwSignal<Option<String>>,
    /// Why the last thing that was asked of the kept models was not done.
    pub(super) refused: RwSignal<Option<String>>,
    /// The model that was deleted last, to be had back until the page is left.
    pub(super) deleted: RwSignal<Option<(String, Uint8Array)>, LocalStorage>,
    /// What waits for the list of kept models, or for a model's file.
    wish: StoredValue<Option<Wish>>,
    /// What is being kept.
    keeping: StoredValue<Option<Keeping>>,
    runs: StoredValue<u32>,
    /// Was the person told that the checkpoint can't be read, or holds no run that can go on?
    unusable: StoredValue<bool>,
    /// Step of the checkpoint that a run last went on from without being asked.
    gone_on: StoredValue<Option<u32>>,
}

impl TrainPage {
    /// The page as it was left.
    pub(super) fn open() -> Self {
        let (alphabets, train) = (use_store::<AlphabetStore>(), use_store::<TrainStore>());
        let page = Self {
            alphabets,
            own: use_store(),
            app: use_store(),
            models: use_store(),
            train,
            form: RwSignal::new(Form::read(persistence::training().as_deref())),
            phase: RwSignal::new(Phase::Idle),
            progress: RwSignal::new(Progress::default()),
            batch: RwSignal::new(Vec::new()),
            wished: RwSignal::new(None),
            told: RwSignal::new(None),
            storage: PersistentStorage::open(),
            steps: RwSignal::new(0),
            images: RwSignal::new(0),
            shown: RwSignal::new(Arc::default()),
            job: StoredValue::new(None),
            said: RwSignal::new(None),
            refused: RwSignal::new(None),
            deleted: RwSignal::new_local(None),
            wish: StoredValue::new(None),
            keeping: StoredValue::new(None),
            runs: StoredValue::new(now() as u32),
            unusable: StoredValue::new(false),
            gone_on: StoredValue::new(None),
        };
        train.observe(page);
        // A run that a reload or a crash of the browser ended left its checkpoint's step behind.
        if let Some(step) = persistence::checkpoint() {
            let kept = persistence::train_job().and_then(|text| KeptRun::read(&text));
            page.steps.set(kept.map_or(0, |kept| kept.form.steps));
            page.progress.update(|progress| progress.kept = Some(step));
            page.phase.set(Phase::Lost);
        } else if persistence::train_job().is_some() {
            // It had no checkpoint yet: that is told once.
            persistence::keep_train_job(None);
            page.phase.set(Phase::Lost);
        }
        Effect::new(move |_| {
            let usual = alphabets.library.with(usual_alphabets);
            if page.form.with_untracked(|form| form.alphabets.is_empty()) && !usual.is_empty() {
                page.change(|form| form.alphabets = usual);
            }
        });
        Effect::new(move |_| {
            persistence::keep_training(serde_json::to_string(&page.form.get()).ok());
        });
        page
    }

    /// Changes the form.
    pub(super) fn change(self, change: impl FnOnce(&mut Form)) {
        self.form.update(change);
    }

    /// Begins the run of the form from its weights; or goes on from the checkpoint, with the form
    /// that its run was begun with.
    pub(super) fn begin(self, resume: bool) {
        let kept = persistence::train_job().and_then(|text| KeptRun::read(&text));
        if resume && let Some(kept) = kept {
            self.form.set(kept.form);
            if let Some(before) = kept.before
                && self
                    .progress
                    .with_untracked(|progress| progress.before().is_none())
            {
                self.progress.update(|progress| progress.add(&before));
            }
        }
        let form = self.form.get_untracked();
        // A run that goes on has shown that it can.
        let problem = if resume {
            form.problem().map(str::to_owned)
        } else {
            self.problem(&form)
        };
        if problem.is_some() {
            self.told.set(problem);
            return;
        }
        self.told.set(None);
        self.phase.set(Phase::Waiting);
        if !resume {
            self.progress.set(Progress::default());
            self.gone_on.set_value(None);
        }
        self.storage.ask();
        leptos::task::spawn_local(async move {
            match self.job(&form, resume).await {
                Ok(job) => self.send(job, resume),
                Err(reason) => {
                    self.told.set(Some(reason));
                    self.rest();
                }
            }
        });
    }

    /// What keeps a run of the form from beginning on this device, in a sentence or two.
    pub(super) fn problem(self, form: &Form) -> Option<String> {
        if let Some(problem) = form.problem() {
            return Some(problem.to_owned());
        }
        let [learned, held_out] = form.takes_own();
        let lack = self
            .own
            .editing
            .with(|editing| lacks_training(editing.set(), learned, held_out));
        if lack.is_some() {
            return lack;
        }
        if form.from.is_empty() || self.architecture(&form.from) != Architecture::Koch {
            return None;
        }
        let used = self.app.model.get().map(|model| model.name);
        let device = self.app.device.get();
        let episode = form.config(Architecture::Koch).episode;
        let feasibility = Feasibility {
            in_use: used.as_ref() == Some(&form.from),
            embedding_ms: device.map_or(0.0, |device| device.milliseconds),
            images: 2 * episode.alphabets * episode.characters,
            memory: device_memory(),
        };
        feasibility.obstacle()
    }

    /// Can the run go on without being asked? Once from each checkpoint: what failed twice at the
    /// same place is the person's to decide.
    fn can_go_on(self) -> bool {
        let kept = self.progress.with_untracked(|progress| progress.kept);
        kept.is_some() && kept != self.gone_on.get_value()
    }

    /// Goes on from the checkpoint without being asked; what the person was told stays.
    fn go_on(self) {
        let told = self.told.get_untracked();
        self.gone_on
            .set_value(self.progress.with_untracked(|progress| progress.kept));
        self.begin(true);
        self.told.set(told);
    }

    /// Did the run begin with a model, which its network can be compared with?
    pub(super) fn has_before(self) -> bool {
        let model = |job: &Option<Arc<TrainJob>>| {
            let job = job.as_ref();
            job.is_some_and(|job| {
                !job.form.from.is_empty() && job.config.architecture != Architecture::Koch
            })
        };
        self.job.with_value(model)
    }

    /// Did the run go on from a checkpoint?
    fn was_resumed(self) -> bool {
        let resumes = |job: &Option<Arc<TrainJob>>| job.as_ref().is_some_and(|job| job.resumes);
        self.job.with_value(resumes)
    }

    /// The run whose network there is, on its way or over.
    pub(super) fn current(self) -> Option<u32> {
        self.job.with_value(|job| job.as_ref().map(|job| job.run))
    }

    async fn job(self, form: &Form, resume: bool) -> Result<TrainJob, String> {
        let needed = form.needed();
        let mut alphabets = Vec::with_capacity(needed.len());
        let mut form = form.clone();
        let begun_with = form.own.take();
        let usual = self.alphabets.library.with_untracked(usual_alphabets);
        let is_usual = form.alphabets == usual && form.held_out.is_none();
        let mut lacking = Vec::new();
        for name in &needed {
            if name == OWN {
                let (alphabet, print) = self.own_alphabet(&form)?;
                form.own = Some(print);
                alphabets.push(alphabet);
                continue;
            }
            match self.alphabets.alphabet(name).await {
                Ok(alphabet) => alphabets.push(alphabet),
                Err(error) if resume || !is_usual => {
                    return Err(words().common.sentence(&error.to_string()));
                }
                Err(_) => lacking.push(name),
            }
        }
        if !lacking.is_empty() {
            // Nobody has chosen these: what is here takes their place.
            if alphabets.is_empty() {
                for (_, name) in INVENTED {
                    let alphabet = self.alphabets.alphabet(name).await;
                    alphabets.extend(alphabet.ok());
                }
            }
            let names: Vec<String> = alphabets.iter().map(|one| called(one.name())).collect();
            self.told
                .set(Some(words().train.instead(&names.join(", "))));
            form.alphabets = alphabets.iter().map(|one| one.name().to_owned()).collect();
        }
        if resume && begun_with != form.own {
            self.told.set(Some(words().own.run_changed.to_owned()));
        }
        let [learned, held_out] = form.split(&alphabets);
        let held_out =
            HeldOut::new(held_out).map_err(|error| words().common.sentence(&error.to_string()))?;
        self.runs.update_value(|runs| *runs = runs.wrapping_add(1));
        Ok(TrainJob {
            run: self.runs.get_value(),
            resumes: resume,
            config: form.config(self.architecture(&form.from)),
            form,
            learned,
            held_out,
        })
    }

    /// The person's own set as what is learned from, and its fingerprint.
    fn own_alphabet(self, form: &Form) -> Result<(Arc<Alphabet>, u32), String> {
        let [learned, held_out] = form.takes_own();
        self.own.editing.with_untracked(|editing| {
            let set = editing.set();
            let lack = lacks_training(set, learned, held_out);
            match (lack, set.alphabet(OWN)) {
                (None, Some(alphabet)) => Ok((Arc::new(alphabet), fingerprint(set))),
                (lack, _) => Err(lack.unwrap_or_else(|| learnable(set))),
            }
        })
    }

    /// The network of a model; fresh weights are the default's.
    pub(super) fn architecture(self, model: &str) -> Architecture {
        let word = self.models.kept.with(|models| {
            let kept = models.iter().find(|one| one.name == model);
            kept.map_or(model.to_owned(), |one| one.architecture.clone())
        });
        Architecture::from_name(&word).unwrap_or(Architecture::Compact)
    }

    fn send(self, job: TrainJob, resume: bool) {
        let form = &job.form;
        let from = match (resume, form.from.as_str()) {
            (true, "") => TrainFrom::Checkpoint(None),
            (true, name) => TrainFrom::Checkpoint(Some(name.to_owned())),
            (false, "") => TrainFrom::Fresh,
            (false, name) => TrainFrom::Model(name.to_owned()),
        };
        let drawings = |alphabets: &[Alphabet]| alphabets.iter().map(Drawings::from).collect();
        let start = TrainStart {
            run: job.run,
            config: job.config.clone(),
            from,
            training: drawings(&job.learned),
            held_out: drawings(job.held_out.alphabets()),
            keep_every: KEEP_EVERY,
            validate_every: (form.steps / VALIDATIONS).max(1),
        };
        self.steps.set(form.steps);
        let episode = job.config.episode;
        self.images.set(2 * episode.alphabets * episode.characters);
        self.shown.set(shown_trials(&job.held_out));
        self.job.set_value(Some(Arc::new(job)));
        self.train.start(start);
    }

    fn is_current(self, run: u64) -> bool {
        self.current()
            .is_some_and(|current| u64::from(current) == run)
    }

    /// There is no run, but perhaps a checkpoint to go on from.
    fn rest(self) {
        let kept = persistence::checkpoint();
        self.progress.update(|progress| progress.kept = kept);
        self.phase.set(if kept.is_some() {
            Phase::Lost
        } else {
            Phase::Idle
        });
    }

    /// Draws the batch of a step as the worker saw it.
    fn show_batch(self, step: u32) {
        let Some(job) = self.job.get_value() else {
            return;
        };
        if job.config.architecture == Architecture::Koch {
            return;
        }
        if let Ok(batch) = sample(&job.learned, &job.config, step.saturating_sub(1)) {
            let side = job.config.architecture.input_side();
            let (first, second) = batch.images.split_at(batch.classes * side * side);
            let pairs = first
                .chunks_exact(side * side)
                .zip(second.chunks_exact(side * side));
            let shown = pairs.take(SHOWN / 2).flat_map(|(one, other)| [one, other]);
            self.batch.set(shown.flatten().copied().collect());
        }
    }

    /// Does something with the run.
    pub(super) fn control(self, control: TrainControl) {
        if let Some(job) = self.job.get_value() {
            if matches!(control, TrainControl::Pause | TrainControl::Cancel) {
                self.wished.set(Some(control));
            }
            self.train.control(job.run, control);
        }
    }

    /// Would a new run replace what an earlier one has learned in [`ASKED_FROM`] steps or more, over or
    /// interrupted, and nobody has kept?
    pub(super) fn has_unkept(self) -> bool {
        let over = self
            .phase
            .with_untracked(|phase| matches!(phase, Phase::Over(_)));
        let usable = !self.unusable.get_value();
        self.progress.with_untracked(|progress| {
            let kept = progress.kept.filter(|_| usable);
            let done = over.then_some(progress.step);
            kept.max(done) >= Some(ASKED_FROM)
        })
    }

    /// Forgets the run and all that it has told.
    pub(super) fn forget_run(self) {
        self.drop_run();
        self.progress.set(Progress::default());
        self.shown.set(Arc::default());
        self.batch.set(Vec::new());
        self.job.set_value(None);
    }

    /// Forgets that the run can go on.
    pub(super) fn drop_run(self) {
        persistence::keep_checkpoint(None);
        persistence::keep_train_job(None);
        self.progress.update(|progress| progress.kept = None);
        self.phase.set(Phase::Idle);
        self.ask(Command::ForgetCheckpoint);
    }
}

/// Puts a question to the person that can be answered by yes or no.
pub(super) fn confirmed(question: &str) -> bool {
    web_sys::window().is_some_and(|window| window.confirm_with_message(question).unwrap_or(false))
}

/// Alphabets to begin with: the invented ones where there is no Omniglot.
fn usual_alphabets(library: &Library) -> Vec<String> {
    let here = PROPOSED.iter().filter(|name| library.get(name).is_some());
    let here: Vec<String> = here.map(|name| (*name).to_owned()).collect();
    if here.is_empty() {
        let invented = library.of(Part::Invented);
        invented.map(|listing| listing.name.clone()).collect()
    } else {
        here
    }
}

/// The trials that are shown, with their pictures.
fn shown_trials(held_out: &HeldOut) -> Arc<[ShownTrial]> {
    let picture = |at| {
        let drawing = held_out.drawing(at);
        Arc::<str>::from(drawing.map(outline).unwrap_or_default())
    };
    let shown = held_out.shown().into_iter().map(|trial| ShownTrial {
        query: picture(trial.query),
        choices: trial.choices.into_iter().map(picture).collect(),
    });
    shown.collect()
}

/// Memory of the device in gigabytes, where the browser says.
fn device_memory() -> Option<f64> {
    let navigator = web_sys::window()?.navigator();
    let memory = Reflect::get(&navigator, &JsValue::from_str("deviceMemory")).ok()?;
    memory.as_f64()
}
