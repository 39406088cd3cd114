use proptest::prelude::*;
use twinglyph_core::ink::{Ink, Point, Stroke};
use twinglyph_core::own::{OwnClass, OwnSet};

use super::*;
use crate::session::drawing_link::Against;
use crate::session::support::{OWN, Ways};

fn sketch(points: &[(u8, u8)]) -> Sketch {
    let points = points.iter();
    let points = points.map(|&(x, y)| Point::at(f32::from(x % 105), f32::from(y % 105)));
    let stroke = Stroke {
        points: points.collect(),
    };
    Sketch::of(&Ink {
        strokes: vec![stroke],
    })
    .unwrap()
}

fn drawing(points: &[(u8, u8)], against: Against) -> DrawingLink {
    DrawingLink {
        sketch: sketch(points),
        pen: 5.0,
        against,
    }
}

fn round(cast: &[usize]) -> Round {
    let mut round = Round::default();
    for class in cast {
        assert!(round.vote(*class));
    }
    round
}

fn votes(of: &[(usize, u32)]) -> Votes {
    Votes(of.iter().copied().collect())
}

fn choice(alphabet: &str) -> Choice {
    Choice {
        alphabet: alphabet.to_owned(),
        drawer: 3,
        ways: Ways::Five,
        shuffle: 7,
    }
}

#[test]
fn each_press_is_a_vote_and_the_last_can_be_taken_back() {
    let mut round = round(&[3, 1, 3]);
    assert_eq!((round.votes.total(), round.votes.of(3)), (3, 2));
    assert_eq!(round.votes.ranked(), [(3, 2), (1, 1)]);
    assert_eq!(round.undo(), Some(3));
    assert_eq!(round.undo(), Some(1));
    assert_eq!(round.votes, votes(&[(3, 1)]));
    assert_eq!((round.undo(), round.undo()), (Some(3), None));
    assert_eq!(round.votes.total(), 0);
}

#[test]
fn others_votes_stay_and_are_hidden_until_ones_own() {
    let mut round = Round::linked(votes(&[(2, 4)]));
    assert!(!round.can_show() && !round.can_undo());
    assert_eq!(round.undo(), None);
    assert!(round.vote(2) && round.can_show());
    assert_eq!(round.votes.of(2), 5);
    round.undo();
    assert_eq!(round.votes, votes(&[(2, 4)]));
    assert!(!round.can_show());
    // Where no vote fits in any more, there is nothing to wait for.
    let mut full = Round::linked(votes(&[(0, MOST_VOTES)]));
    assert!(!full.vote(1) && full.can_show());
}

#[test]
fn more_than_half_of_the_people_decide() {
    let outcome = |of: &[(usize, u32)]| Verdict::new(&votes(of), 4, 0.8).outcome;
    assert_eq!(outcome(&[]), Outcome::NoVotes);
    assert_eq!(outcome(&[(1, 1)]), Outcome::Fooled);
    assert_eq!(outcome(&[(4, 1)]), Outcome::Agreed);
    assert_eq!(outcome(&[(4, 2), (1, 2)]), Outcome::Draw);
    assert_eq!(outcome(&[(4, 2), (1, 1), (2, 1)]), Outcome::Draw);
    // They need not read the same.
    assert_eq!(outcome(&[(4, 2), (1, 1), (2, 1), (3, 1)]), Outcome::Fooled);
    assert_eq!(outcome(&[(4, 3), (1, 2)]), Outcome::Agreed);
    let verdict = Verdict::new(&votes(&[(4, 1), (1, 3)]), 4, 0.8);
    assert_eq!((verdict.others, verdict.total), (3, 4));
    assert!((verdict.score - 0.6).abs() < 1e-6);
}

#[test]
fn all_of_a_small_set_are_candidates_in_its_order() {
    let all: Vec<usize> = (0..20).collect();
    assert_eq!(candidates(&[], &Votes::default(), 20), all);
    assert_eq!(candidates(&[19, 3], &votes(&[(7, 1)]), 20), all);
}

#[test]
fn cut_foreign_and_hostile_links_are_refused() {
    let link = drawing(&[(10, 10), (90, 80)], Against::Alphabet(choice("Tibetan")));
    let good = Challenge {
        link,
        votes: votes(&[(0, 3), (12, 1)]),
    };
    let text = good.write().unwrap();
    let rest = text.strip_prefix("#/fool?votes=0-3.12-1&").unwrap();
    assert_eq!(Challenge::parse(&text), Ok(Some(good.clone())));
    let huge = "9".repeat(60_000);
    for votes in [
        "1",
        "1-",
        "-1",
        "1-0",
        "01-1",
        "1-+1",
        "1-1.",
        ".1-1",
        "2-1.1-1",
        "1-1.1-1",
        "1-1000",
        "2000-1",
        "1-4294967296",
        "0-999.1-1",
        "1-1,2-1",
        "a-b",
        "1-1%2e",
        &huge,
    ] {
        let cut = format!("#/fool?votes={votes}&{rest}");
        assert!(Challenge::parse(&cut).is_err(), "{votes:.20}");
    }
    assert!(Challenge::parse(&format!("{text}&votes=1-1")).is_err());
    assert!(Challenge::parse(&format!("#/fool?ink={huge}&alphabet=Tibetan")).is_err());
    assert!(Challenge::parse(&format!("{text}&more={huge}")).is_err());
    assert!(Challenge::parse("#/fool?votes=1-1").is_err());
    for end in "#/fool?v".len()..text.len() {
        assert!(Challenge::parse(&text[..end]).is_err(), "{}", &text[..end]);
    }
    for other in [
        "",
        "#/fool",
        "#/fool?",
        "#/draw?votes=1-1",
        &text.replace("fool", "teach"),
    ] {
        assert_eq!(Challenge::parse(other), Ok(None), "{other}");
    }
    let encoded = text
        .replace('?', "%3F")
        .replace('=', "%3D")
        .replace('&', "%26");
    assert_eq!(Challenge::parse(&encoded), Ok(Some(good.clone())));
    // Votes for classes that the set lacks are seen before anything changes.
    assert!(good.votes.fit(13) && !good.votes.fit(12));
    assert!(Votes::default().fit(0));
}

#[test]
fn an_own_set_travels() {
    let class = |name: &str, at: u8| {
        let ink = sketch(&[(at, 10), (at, 90)]).ink();
        OwnClass::new(name, [twinglyph_core::own::Example::drawn(&ink)])
    };
    let all = Choice {
        alphabet: OWN.to_owned(),
        ways: Ways::Whole,
        ..Choice::default()
    };
    let own = OwnSet {
        name: "Signs".to_owned(),
        classes: vec![class("one", 20), class("two", 60)],
    };
    let link = drawing(&[(10, 10), (90, 80)], Against::Own(Box::new(own), all));
    let challenge = Challenge {
        link,
        votes: votes(&[(1, 1)]),
    };
    let text = challenge.write().unwrap();
    assert_eq!(Challenge::parse(&text), Ok(Some(challenge)));
}

#[test]
fn a_tab_keeps_a_round_about_its_drawing_and_set_only() {
    let (drawing, set) = (sketch(&[(10, 10), (90, 80)]), choice("Tibetan"));
    let round = round(&[3, 3, 1]);
    let text = keep(Step::Show, &round, &drawing, &set).unwrap();
    let read = |text: &str| kept(text, &drawing, &set, 5);
    assert_eq!(read(&text), Some((Step::Show, round)));
    assert_eq!(kept(&text, &sketch(&[(1, 1), (2, 90)]), &set, 5), None);
    assert_eq!(kept(&text, &drawing, &choice("Korean"), 5), None);
    assert_eq!(kept(&text, &drawing, &set, 3), None);
    assert_eq!(read(&text.replace("[3,3,1]", "[3,3,3]")), None);
    assert_eq!(read("{}"), None);
    // The others' votes stay hidden after a reload, too.
    let linked = Round::linked(votes(&[(2, 4)]));
    let text = keep(Step::Show, &linked, &drawing, &set).unwrap();
    assert_eq!(read(&text), Some((Step::Ask, linked)));
}

proptest! {
    #[test]
    fn links_come_back_as_they_were(
        points in prop::collection::vec(any::<(u8, u8)>(), 1..20),
        cast in prop::collection::vec(0usize..MAX_CLASSES, 0..60),
        drawer in 0usize..20, shuffle in any::<u32>(),
    ) {
        let challenge = Challenge {
            link: drawing(&points, Against::Alphabet(Choice {
                drawer,
                shuffle,
                ..choice("Old_Church_Slavonic_(Cyrillic)")
            })),
            votes: round(&cast).votes,
        };
        prop_assert_eq!(Challenge::parse(&challenge.write().unwrap()), Ok(Some(challenge)));
    }

    #[test]
    fn whatever_comes_is_read_or_refused(query in "[ -~]{0,60}", votes in "[0-9.-]{0,40}") {
        let _ = Challenge::parse(&format!("#/fool?{query}"));
        if let Some(read) = Votes::parse(&votes) {
            prop_assert!(read.total() <= MOST_VOTES);
            prop_assert_eq!(read.write(), votes);
        }
    }

    #[test]
    fn scores_lie_between_0_and_1(
        cast in prop::collection::vec(0usize..9, 0..40), choice in 0usize..9, similarity in any::<f32>(),
    ) {
        let verdict = Verdict::new(&round(&cast).votes, choice, similarity);
        prop_assert!((0.0..=1.0).contains(&verdict.score));
        prop_assert!(verdict.others <= verdict.total);
        prop_assert_eq!(verdict.outcome == Outcome::NoVotes, cast.is_empty());
    }

    #[test]
    fn candidates_tell_nothing_by_their_place(classes in 1usize..80, seed in any::<u64>()) {
        let order = twinglyph_core::rng::Rng::stream(seed, 0).choose(classes, classes);
        let voted = votes(&[(classes / 2, 2)]);
        let chosen = candidates(&order, &voted, classes);
        prop_assert_eq!(chosen.len(), classes.min(CANDIDATES));
        prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(order.iter().take(BEST).all(|class| chosen.contains(class)));
        prop_assert!(chosen.contains(&(classes / 2)));
    }
}
