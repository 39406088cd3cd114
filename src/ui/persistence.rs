//! The browser's storage, which may refuse: then nothing is kept, and nothing else happens.
//!
//! What is kept belongs to the path that the app lies under: another copy of it on the same origin has
//! its own. Versions before this one kept all under the bare keys; that is read until this copy has kept
//! something in its place, and left to the others.

use web_sys::Storage;

use crate::session::persistence::{Settings, read_ink, write_ink};
use twinglyph_core::ink::Ink;

/// Key of the settings, kept for good.
const SETTINGS: &str = "twinglyph.settings";

/// Key of the session of trials, kept for good.
const TRIALS: &str = "twinglyph.trials";

/// Key of the sessions of trials before it, kept for good.
const EARLIER: &str = "twinglyph.trials.earlier";

/// Key of the days whose trials were played, kept for good.
const DAYS: &str = "twinglyph.days";

/// Key of the form of a training run, kept for good.
const TRAINING: &str = "twinglyph.training";

/// Key of the step of its checkpoint, while there is one to go on from.
const CHECKPOINT: &str = "twinglyph.checkpoint";

/// Key of the form that the checkpoint's run was begun with.
const TRAIN_JOB: &str = "twinglyph.lesson";

/// Key of the person's own set, kept for good.
const OWN: &str = "twinglyph.own";

/// Key of when it was changed, milliseconds since 1970.
const OWN_CHANGED: &str = "twinglyph.own.changed";

/// Key of other sets, newest first, a line each with when it was changed, if that is known: those that were in its
/// place before, and those of other people that the person changed.
const OTHERS: &str = "twinglyph.own.others";

/// Key of somebody else's set that the person looks at, kept as long as the tab.
const GUEST: &str = "twinglyph.guest";

/// Key of what was written with one's own characters, kept as long as the tab.
const TYPED: &str = "twinglyph.typed";

/// Key of a round of votes on the drawing, kept as long as the tab.
const ROUND: &str = "twinglyph.round";

/// Key of a set that could not be read.
const UNREAD: &str = "twinglyph.own.unread";

/// Key of the drawing, kept as long as the tab.
const INK: &str = "twinglyph.ink";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// The key of this copy of the app: with the path of its folder.
fn place(key: &str) -> String {
    format!("{key}{}", folder())
}

/// The path of the folder that the app lies in, with a slash behind it.
pub(crate) fn folder() -> String {
    let path = leptos::prelude::location().pathname().unwrap_or_default();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/")
}

/// How many bytes this copy keeps, for good and for the tab.
pub(crate) fn bytes() -> usize {
    let folder = folder();
    let of = |storage: Storage| {
        let keys =
            (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
        // Those of versions before this one have no path.
        let is_here = |key: &String| key.find('/').is_none_or(|at| key[at..] == folder);
        let own = keys.filter(|key| key.starts_with("twinglyph.") && is_here(key));
        let bytes = own.map(|key| {
            key.len()
                + storage
                    .get_item(&key)
                    .ok()
                    .flatten()
                    .map_or(0, |text| text.len())
        });
        bytes.sum::<usize>()
    };
    [local(), tab()].into_iter().flatten().map(of).sum()
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    let storage = storage?;
    let kept = |key: &str| storage.get_item(key).ok().flatten();
    kept(&place(key)).or_else(|| kept(key))
}

/// Keeps a text; false where it is refused, or there is no room.
fn keep(storage: Option<Storage>, key: &str, text: &str) -> bool {
    let Some(storage) = storage else { return false };
    let kept = || storage.set_item(&place(key), text).is_ok();
    if kept() {
        return true;
    }
    // What an earlier version kept of it may take the room that is missing.
    let Ok(Some(before)) = storage.get_item(key) else {
        return false;
    };
    if storage.remove_item(key).is_ok() && kept() {
        return true;
    }
    let _ = storage.set_item(key, &before);
    false
}

/// Forgets what versions before this one did not have: theirs would be read again.
fn remove(storage: Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        // Refused where nothing could be kept either.
        let _ = storage.remove_item(&place(key));
    }
}

fn write(storage: Option<Storage>, key: &str, text: Option<String>) {
    if let Some(text) = text {
        // Full or refused: the page works on without.
        keep(storage, key, &text);
    }
}

/// The settings that were kept, or the usual ones.
pub(crate) fn settings() -> Settings {
    Settings::read(read(local(), SETTINGS).as_deref())
}

/// Keeps the settings.
pub(crate) fn keep_settings(settings: &Settings) {
    write(local(), SETTINGS, settings.write());
}

/// The person's own set, as text for an address.
pub(crate) fn own() -> Option<String> {
    read(local(), OWN)
}

/// Keeps what could not be read of it apart, so that the next change does not take its place: a later
/// version of the page may read it.
pub(crate) fn set_own_aside(text: &str) {
    write(local(), UNREAD, Some(text.to_owned()));
}

/// Keeps it; false where there is no room.
pub(crate) fn keep_own(text: &str) -> bool {
    let kept = keep(local(), OWN, text);
    if kept {
        write(local(), OWN_CHANGED, Some(js_sys::Date::now().to_string()));
    }
    kept
}

/// When it was changed, milliseconds since 1970.
pub(crate) fn own_changed() -> Option<f64> {
    read(local(), OWN_CHANGED)?.parse().ok()
}

/// Is it the key of this copy's set?
pub(crate) fn is_own(key: &str) -> bool {
    key == place(OWN)
}

/// A set that is kept beside the person's own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Other {
    /// The set, as text for an address.
    pub(crate) text: String,
    /// When it was changed, milliseconds since 1970.
    pub(crate) changed: Option<f64>,
}

impl Other {
    fn read(line: &str) -> Self {
        let (text, changed) = line.split_once(' ').unwrap_or((line, ""));
        Self {
            text: text.to_owned(),
            changed: changed.parse().ok(),
        }
    }

    fn write(&self) -> String {
        match self.changed {
            Some(changed) => format!("{} {changed}", self.text),
            None => self.text.clone(),
        }
    }
}

/// Other sets, newest first.
pub(crate) fn others() -> Vec<Other> {
    let kept = read(local(), OTHERS).unwrap_or_default();
    kept.lines().map(Other::read).collect()
}

/// Keeps a set among the others, in the place of `before` where that is one of them. False where there
/// is no room: none of the others gives way unasked.
pub(crate) fn keep_other(other: Other, before: Option<&str>) -> bool {
    let stay = others().into_iter();
    let stay = stay.filter(|kept| kept.text != other.text && Some(kept.text.as_str()) != before);
    let mut lines = vec![other.write()];
    lines.extend(stay.map(|kept| kept.write()));
    keep(local(), OTHERS, &lines.join("\n"))
}

/// Takes a set out of the others.
pub(crate) fn forget_other(text: &str) {
    let kept = others().into_iter().filter(|other| other.text != text);
    let lines: Vec<String> = kept.map(|other| other.write()).collect();
    write(local(), OTHERS, Some(lines.join("\n")));
}

/// The set of somebody else that this tab looks at.
pub(crate) fn guest() -> Option<String> {
    read(tab(), GUEST)
}

/// Keeps it for this tab, or forgets it.
pub(crate) fn keep_guest(text: Option<String>) {
    match text {
        Some(text) => write(tab(), GUEST, Some(text)),
        None => remove(tab(), GUEST),
    }
}

/// What this tab has written.
pub(crate) fn typed() -> Option<String> {
    read(tab(), TYPED)
}

/// Keeps what is written.
pub(crate) fn keep_typed(text: Option<String>) {
    write(tab(), TYPED, text);
}

/// The round of votes that this tab kept.
pub(crate) fn round() -> Option<String> {
    read(tab(), ROUND)
}

/// Keeps it, or forgets it.
pub(crate) fn keep_round(text: Option<String>) {
    match text {
        Some(text) => write(tab(), ROUND, Some(text)),
        None => remove(tab(), ROUND),
    }
}

/// The drawing that this tab kept.
pub(crate) fn ink() -> Ink {
    read_ink(read(tab(), INK).as_deref())
}

/// Keeps the drawing.
pub(crate) fn keep_ink(ink: &Ink) {
    write(tab(), INK, write_ink(ink));
}

/// The session of trials that was kept.
pub(crate) fn trials() -> Option<String> {
    read(local(), TRIALS)
}

/// Keeps the session of trials.
pub(crate) fn keep_trials(text: Option<String>) {
    write(local(), TRIALS, text);
}

/// The sessions before.
pub(crate) fn earlier_trials() -> Option<String> {
    read(local(), EARLIER)
}

/// Keeps those sessions.
pub(crate) fn keep_earlier_trials(sessions: String) {
    write(local(), EARLIER, Some(sessions));
}

/// The days whose trials were played.
pub(crate) fn days() -> Option<String> {
    read(local(), DAYS)
}

/// Keeps those days.
pub(crate) fn keep_days(days: String) {
    write(local(), DAYS, Some(days));
}

/// The form of the last training run.
pub(crate) fn training() -> Option<String> {
    read(local(), TRAINING)
}

/// Keeps the form of a training run.
pub(crate) fn keep_training(text: Option<String>) {
    write(local(), TRAINING, text);
}

/// The form of the run that left its checkpoint, or that a reload ended before it had one.
pub(crate) fn train_job() -> Option<String> {
    read(local(), TRAIN_JOB).filter(|form| !form.is_empty())
}

/// Keeps the form of a run that begins, or that there is none.
pub(crate) fn keep_train_job(form: Option<String>) {
    // A key that is gone would be read under its bare name.
    write(local(), TRAIN_JOB, Some(form.unwrap_or_default()));
}

/// The step of the checkpoint that a run left.
pub(crate) fn checkpoint() -> Option<u32> {
    read(local(), CHECKPOINT)?.parse().ok()
}

/// Remembers a checkpoint's step, or that there is none.
pub(crate) fn keep_checkpoint(step: Option<u32>) {
    // A key that is gone would be read under its bare name.
    let step = step.map_or_else(String::new, |step| step.to_string());
    write(local(), CHECKPOINT, Some(step));
}
