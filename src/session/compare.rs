//! Two networks on one drawing: what the second one's worker is to do, which other network there is to
//! compare with, and what the two rankings say together.
//!
//! Knows names of models, drawings and rankings; refuses to know workers and clocks. Times come in as
//! milliseconds of any clock.

use twinglyph_core::Bitmap;
use twinglyph_core::protocol::ModelReport;
use twinglyph_core::score::certainty;

use super::ranking::Ranking;

/// A worker of which nothing was asked for so long is ended, milliseconds.
pub(crate) const REST: f64 = 60_000.0;

/// Certainties that differ by less are told as alike.
const ALIKE: f64 = 0.02;

/// Below this there is no certainty that could be compared.
const UNSURE: f64 = 0.05;

/// The fact of a kept model that names what it was trained from.
const FROM: &str = "from";

/// What the second network is to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wish {
    /// Its name; none while nobody looks at it.
    pub(crate) model: Option<String>,
    /// The support set, by its number.
    pub(crate) set: Option<u32>,
    /// The drawing; none for blank paper.
    pub(crate) drawing: Option<Bitmap>,
}

/// Something to do for whoever has the second worker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Start a worker with this model; an earlier one is ended.
    Start(String),
    /// End the worker.
    End,
    /// Compare with the support set of this number from now on.
    Support(u32),
    /// Rank this drawing; the number is its ticket.
    Classify(u64, Bitmap),
    /// There is nothing to rank.
    Forget,
}

/// Where the second network is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// None is wanted.
    #[default]
    Off,
    /// It loads.
    Loading,
    /// It ranks.
    Up,
    /// Nothing was asked of it for a while; its last ranking stays.
    Resting,
    /// The person cancelled its loading.
    Cancelled,
    /// It can't go on, and why.
    Failed(String),
}

/// The second network.
#[derive(Debug, Default)]
pub(crate) struct Second {
    wish: Wish,
    stage: Stage,
    /// The last drawing that was asked about.
    ticket: u64,
    /// When something was last asked or heard.
    used: f64,
}

impl Second {
    /// Where it is.
    pub(crate) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The person looks at another network, another set or another drawing than before.
    pub(crate) fn follow(&mut self, wish: Wish, now: f64) -> Vec<Deed> {
        let before = std::mem::replace(&mut self.wish, wish);
        if before == self.wish {
            return Vec::new();
        }
        if before.model != self.wish.model {
            return self.again(now);
        }
        match self.stage {
            Stage::Off | Stage::Cancelled | Stage::Failed(_) => Vec::new(),
            Stage::Resting => self.again(now),
            Stage::Loading | Stage::Up => {
                self.used = now;
                let moved = before.set != self.wish.set;
                self.ask(moved)
            }
        }
    }

    /// Starts it anew.
    pub(crate) fn again(&mut self, now: f64) -> Vec<Deed> {
        self.used = now;
        let Some(model) = self.wish.model.clone() else {
            return self.end(Stage::Off);
        };
        self.stage = Stage::Loading;
        let mut deeds = vec![Deed::Start(model)];
        deeds.extend(self.ask(true));
        deeds
    }

    /// The person doesn't wait for it.
    pub(crate) fn cancel(&mut self) -> Vec<Deed> {
        self.end(Stage::Cancelled)
    }

    /// It can't go on.
    pub(crate) fn fail(&mut self, why: String) -> Vec<Deed> {
        self.end(Stage::Failed(why))
    }

    /// It can rank, or has ranked.
    pub(crate) fn hear(&mut self, now: f64) {
        self.used = now;
        self.stage = Stage::Up;
    }

    /// Some time passed.
    pub(crate) fn tick(&mut self, now: f64) -> Vec<Deed> {
        if self.stage == Stage::Up && now - self.used > REST {
            self.end(Stage::Resting)
        } else {
            Vec::new()
        }
    }

    fn end(&mut self, stage: Stage) -> Vec<Deed> {
        self.stage = stage;
        vec![Deed::End]
    }

    fn ask(&mut self, with_set: bool) -> Vec<Deed> {
        let Some(set) = self.wish.set else {
            return vec![Deed::Forget];
        };
        let support = with_set.then_some(Deed::Support(set));
        let question = match self.wish.drawing.clone() {
            Some(drawing) => {
                self.ticket += 1;
                Deed::Classify(self.ticket, drawing)
            }
            None => Deed::Forget,
        };
        support.into_iter().chain([question]).collect()
    }
}

/// What a kept model was trained from, where its file says so and that is among these.
pub(crate) fn start_of(model: &ModelReport, offered: &[String]) -> Option<String> {
    let facts = model.facts.iter();
    let mut from = facts.filter_map(|(what, value)| (what == FROM).then_some(value));
    let from = from.next()?;
    (*from != model.name && offered.contains(from)).then(|| from.clone())
}

/// The network to compare with until the person chooses one: what the one in use was trained from, where that is
/// known; else the first other one.
pub(crate) fn first_choice(in_use: Option<&ModelReport>, offered: &[String]) -> Option<String> {
    let start = in_use.and_then(|model| start_of(model, offered));
    start.or_else(|| {
        let is_other = |name: &&String| in_use.is_none_or(|model| model.name != **name);
        offered.iter().find(is_other).cloned()
    })
}

/// What two rankings of one drawing say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// The best class of each.
    pub(crate) best: [usize; 2],
    /// How likely each holds its best class to be the right one, 0 to 1.
    pub(crate) certain: [f64; 2],
}

impl Verdict {
    /// What they say; `None` where one of them has no class, or they are of two sets.
    pub(crate) fn new(left: &Ranking, right: &Ranking) -> Option<Self> {
        let best = [left.at(0)?.0, right.at(0)?.0];
        let certain = [left, right].map(|ranking| certainty(&ranking.similarity));
        (left.set == right.set).then_some(Self { best, certain })
    }

    /// Do they agree?
    pub(crate) fn agree(self) -> bool {
        self.best[0] == self.best[1]
    }

    /// Is neither certain of anything?
    pub(crate) fn is_unsure(self) -> bool {
        self.certain.iter().all(|&certain| certain < UNSURE)
    }

    /// The one that is more certain, from 0; `None` where they are about equally so.
    pub(crate) fn surer(self) -> Option<usize> {
        let [left, right] = self.certain;
        ((left - right).abs() >= ALIKE).then_some(usize::from(right > left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_core::protocol::Match;

    fn wish(model: &str, set: u32, dot: Option<usize>) -> Wish {
        let drawing = |at| Bitmap::from_fn(|row, column| row == at && column == 1);
        Wish {
            model: Some(model.to_owned()),
            set: Some(set),
            drawing: dot.map(drawing),
        }
    }

    /// Deeds by their kinds, numbers and names.
    fn kinds(deeds: &[Deed]) -> Vec<String> {
        let kind = |deed: &Deed| match deed {
            Deed::Start(model) => format!("start {model}"),
            Deed::End => "end".to_owned(),
            Deed::Support(set) => format!("support {set}"),
            Deed::Classify(ticket, _) => format!("classify {ticket}"),
            Deed::Forget => "forget".to_owned(),
        };
        deeds.iter().map(kind).collect()
    }

    #[test]
    fn a_network_is_started_once_and_asked_about_the_newest_only() {
        let mut second = Second::default();
        let first = second.follow(wish("compact", 1, Some(1)), 0.0);
        assert_eq!(kinds(&first), ["start compact", "support 1", "classify 1"]);
        assert_eq!(second.follow(wish("compact", 1, Some(1)), 1.0), []);
        let next = second.follow(wish("compact", 1, Some(2)), 2.0);
        assert_eq!(kinds(&next), ["classify 2"]);
        let other = second.follow(wish("compact", 2, Some(2)), 3.0);
        assert_eq!(kinds(&other), ["support 2", "classify 3"]);
        assert_eq!(
            kinds(&second.follow(wish("compact", 2, None), 4.0)),
            ["forget"]
        );
        let model = second.follow(wish("koch", 2, None), 5.0);
        assert_eq!(kinds(&model), ["start koch", "support 2", "forget"]);
        assert_eq!(kinds(&second.follow(Wish::default(), 6.0)), ["end"]);
        assert_eq!(*second.stage(), Stage::Off);
    }

    #[test]
    fn it_rests_after_a_minute_and_comes_back_with_the_next_stroke() {
        let mut second = Second::default();
        second.follow(wish("compact", 1, Some(1)), 0.0);
        assert_eq!(second.tick(REST * 3.0), [], "what loads is waited for");
        second.hear(REST * 3.0);
        assert_eq!(second.tick(REST * 4.0), []);
        assert_eq!(second.tick(REST * 4.0 + 1.0), [Deed::End]);
        assert_eq!(*second.stage(), Stage::Resting);
        assert_eq!(second.tick(REST * 9.0), []);
        let back = second.follow(wish("compact", 1, Some(2)), REST * 9.0);
        assert_eq!(kinds(&back), ["start compact", "support 1", "classify 2"]);
    }

    #[test]
    fn one_that_failed_waits_for_the_person() {
        let mut second = Second::default();
        second.follow(wish("my/gone", 1, Some(1)), 0.0);
        assert_eq!(second.fail("why".to_owned()), [Deed::End]);
        assert_eq!(second.follow(wish("my/gone", 1, Some(2)), 1.0), []);
        assert_eq!(*second.stage(), Stage::Failed("why".to_owned()));
        assert_eq!(
            kinds(&second.again(2.0)),
            ["start my/gone", "support 1", "classify 2"]
        );
        assert_eq!(second.cancel(), [Deed::End]);
        assert_eq!(*second.stage(), Stage::Cancelled);
        let other = second.follow(wish("deep", 1, Some(2)), 3.0);
        assert_eq!(kinds(&other)[0], "start deep");
    }

    fn kept(name: &str, from: &str) -> ModelReport {
        ModelReport {
            name: name.to_owned(),
            architecture: "compact".to_owned(),
            parameters: 1,
            views: 1,
            facts: vec![
                ("data".to_owned(), "deep".to_owned()),
                (FROM.to_owned(), from.to_owned()),
            ],
        }
    }

    #[test]
    fn a_trained_network_is_compared_with_what_it_was_trained_from() {
        let offered = ["deep", "compact", "my/mine", "my/older"].map(str::to_owned);
        let first = |name: &str, from: &str| {
            first_choice(Some(&kept(name, from)), &offered).unwrap_or_default()
        };
        assert_eq!(first("my/mine", "compact"), "compact");
        assert_eq!(first("my/mine", "my/older"), "my/older");
        // Fresh weights, a deleted one, and itself, as a file from outside may say.
        for from in ["", "my/deleted", "my/mine"] {
            assert_eq!(first("my/mine", from), "deep");
        }
        assert_eq!(first("deep", ""), "compact");
        assert_eq!(first_choice(None, &offered).as_deref(), Some("deep"));
        assert_eq!(first_choice(None, &[]), None);
    }

    fn ranking(set: u32, similarities: &[f32]) -> Option<Ranking> {
        let mut matches: Vec<Match> = similarities
            .iter()
            .enumerate()
            .map(|(class, &similarity)| Match {
                class: class as u32,
                score: similarity,
                similarity,
            })
            .collect();
        matches.sort_by(|one, other| other.similarity.total_cmp(&one.similarity));
        Ranking::new(1, set, similarities.len(), &matches).ok()
    }

    #[test]
    fn the_surer_one_is_told_where_they_disagree() {
        let verdict = |left: (u32, &[f32]), right: (u32, &[f32])| {
            Verdict::new(&ranking(left.0, left.1)?, &ranking(right.0, right.1)?)
        };
        let differ = verdict((1, &[0.9, 0.1]), (1, &[0.5, 0.6]));
        assert!(differ.is_some_and(|one| !one.agree() && one.surer() == Some(0)));
        let right = verdict((1, &[0.5, 0.6]), (1, &[0.9, 0.1]));
        assert!(right.is_some_and(|one| one.surer() == Some(1)));
        assert!(differ.is_some_and(|one| !one.is_unsure()));
        let unsure = verdict((1, &[0.02, 0.01]), (1, &[0.01, 0.03]));
        assert!(unsure.is_some_and(Verdict::is_unsure));
        let same = verdict((1, &[0.9, 0.1]), (1, &[0.9, 0.1]));
        assert!(same.is_some_and(|one| one.agree() && one.surer().is_none()));
        assert_eq!(verdict((1, &[0.9, 0.1]), (2, &[0.9, 0.1])), None);
        assert_eq!(verdict((1, &[]), (1, &[])), None);
    }
}
