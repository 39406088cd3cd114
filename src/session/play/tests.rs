use std::collections::HashSet;

use super::*;
use proptest::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::own::OwnClass;

fn library(names: &[(&str, Set)]) -> Library {
    Library::new(
        names
            .iter()
            .map(|(name, set)| Listing {
                name: (*name).to_owned(),
                set: *set,
                characters: 20,
                preview: None,
                alphabet: None,
            })
            .collect(),
    )
}

fn alphabet(name: &str, characters: usize) -> Arc<Alphabet> {
    let drawings = vec![Bitmap::blank(); characters * 20];
    Arc::new(Alphabet::new(name, Set::Evaluation, 20, drawings).unwrap())
}

fn spec() -> impl Strategy<Value = Spec> {
    let source = prop_oneof![
        Just(Source::Any),
        Just(Source::Mixed),
        "[A-Za-z_()%& é]{1,12}".prop_filter_map("a word of its own", |name| {
            (name != "mixed").then_some(Source::One(name))
        }),
    ];
    let set = prop::sample::select(vec![
        Set::Evaluation,
        Set::Background,
        Set::Invented,
        Set::Own,
    ]);
    let ways = prop::sample::select(WAYS.to_vec());
    let usual = (set, source, ways, any::<bool>(), any::<u32>()).prop_map(
        |(set, source, ways, drawn, seed)| Spec {
            set,
            source,
            ways,
            drawn,
            hard: false,
            seed,
        },
    );
    prop_oneof![4 => usual, 1 => any::<u32>().prop_map(Spec::hard)]
}

fn named(character: usize) -> Named {
    Named {
        alphabet: "Test".to_owned(),
        character,
        drawer: 0,
    }
}

fn answer(trial: u32, person: Option<usize>, network: usize) -> Answer {
    Answer {
        trial,
        ways: 20,
        query: person.map(|_| named(7)),
        ink: None,
        right: named(3),
        person: person.map(named),
        network: named(network),
        similarity: 0.5,
        milliseconds: 100 * (trial + 1),
    }
}

proptest! {
    #[test]
    fn an_address_names_a_trial_exactly(spec in spec(), number in 0..SESSION) {
        let (again, trial, corrections) = parsed(&spec.address(number));
        prop_assert_eq!((again, trial), (spec, number));
        prop_assert!(corrections.is_empty());
    }

    #[test]
    fn any_address_gives_a_trial(text in ".{0,60}") {
        for query in [text.clone(), format!("ways={text}&seed={text}&trial={text}&set={text}")] {
            let (spec, number, _) = parsed(&query);
            prop_assert!(WAYS.contains(&spec.ways) && number < SESSION);
        }
    }

    #[test]
    fn any_kept_text_is_borne(text in ".{0,80}") {
        let _ = Session::read(Some(&text));
    }

    #[test]
    fn a_trial_is_the_same_each_time(spec in spec(), number in 0..SESSION) {
        let alphabets = [alphabet("a", 26), alphabet("b", 47)];
        let alphabets = if spec.source == Source::Mixed { &alphabets[..] } else { &alphabets[..1] };
        let one = spec.trial(number, alphabets).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let again = spec.trial(number, alphabets);
        prop_assert_eq!(Ok(&one), again.as_ref());
        let most = if spec.source == Source::Mixed { 30 } else { 26 };
        prop_assert_eq!(one.support.len(), spec.ways.min(most));
    }
}

#[test]
fn close_calls_are_the_same_for_everyone_and_stand_alone() {
    let names: Vec<&str> = twinglyph_core::close_calls::alphabets().collect();
    let listed = |names: &[&str]| {
        let listed: Vec<(&str, Set)> = names.iter().map(|name| (*name, Set::Evaluation)).collect();
        library(&listed)
    };
    let all = listed(&names);
    let (mut spec, number, told) = parsed("hard");
    assert_eq!((&spec, number, told.len()), (&Spec::hard(1), 0, 0));
    assert!(spec.fit(&all).is_empty());
    let mut asked = HashSet::new();
    for number in 0..SESSION {
        let home = spec.alphabets(number, &all);
        // Nothing of the library's order decides.
        let reversed: Vec<&str> = names.iter().rev().copied().collect();
        assert_eq!(spec.alphabets(number, &listed(&reversed)), home);
        let trial = spec.trial(number, &[alphabet(&home[0], 55)]).unwrap();
        assert_eq!(trial.support.len(), 20);
        asked.insert((home, trial.query));
    }
    assert!(asked.len() > 18, "{}", asked.len());
    // Nothing else can be wished for with them.
    let (spec, _, told) = parsed("hard&ways=5&seed=3");
    assert_eq!((spec, told.len()), (Spec::hard(3), 1));
    // A page without the alphabets has other trials.
    let mut spec = Spec::hard(3);
    assert_eq!(spec.fit(&listed(&names[1..])).len(), 1);
    assert!(!spec.hard);
    // Nor do others take their place where an alphabet can't be had.
    assert_eq!(Spec::hard(3).instead(&all), None);
    assert!(Spec::default().instead(&all).is_some());
    // Kept text of impossible trials is none.
    let mut session = Session::new(Spec::hard(3));
    assert_eq!(
        Session::read(session.write().as_deref()).as_ref(),
        Some(&session)
    );
    session.spec.ways = 5;
    assert_eq!(Session::read(session.write().as_deref()), None);
}

#[test]
fn wishes_become_the_nearest_trial_and_are_told() {
    let (spec, number, told) = parsed("ways=22&seed=-4&trial=99&set=moon");
    assert_eq!((spec.ways, number, spec.set), (20, 19, Set::Evaluation));
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(parsed("ways=1e9").0.ways, 30);
    assert_eq!(parsed("ways=x").0.ways, 20);
    assert_eq!(parsed("seed=abc").0.seed, parsed("seed=abc").0.seed);
    assert_ne!(parsed("seed=abc").0.seed, parsed("seed=abd").0.seed);
}

#[test]
fn alphabets_are_found_however_they_are_written() {
    let library = library(&[
        ("Japanese_(katakana)", Set::Background),
        ("Tibetan", Set::Evaluation),
    ]);
    let (mut spec, ..) = parsed("alphabet=japanese%20Katakana");
    assert!(spec.fit(&library).is_empty());
    assert_eq!(spec.set, Set::Background);
    assert_eq!(spec.source, Source::One("Japanese_(katakana)".to_owned()));
    let (mut spec, ..) = parsed("alphabet=Klingon");
    assert_eq!(spec.fit(&library).len(), 1);
    assert_eq!(spec.source, Source::Any);
    let only = self::library(&[("Made", Set::Invented)]);
    let mut spec = Spec::default();
    assert_eq!(spec.fit(&only).len(), 1);
    assert_eq!(spec.alphabets(3, &only), ["Made"]);
}

#[test]
fn trials_of_any_alphabet_visit_several() {
    let names: Vec<String> = (0..20).map(|n| format!("a{n}")).collect();
    let listed: Vec<(&str, Set)> = names
        .iter()
        .map(|n| (n.as_str(), Set::Evaluation))
        .collect();
    let library = library(&listed);
    let mut seen: Vec<String> = (0..SESSION)
        .flat_map(|number| Spec::default().alphabets(number, &library))
        .collect();
    seen.sort();
    seen.dedup();
    assert!(seen.len() > 8, "{seen:?}");
}

#[test]
fn standings_count_streaks_and_times() {
    let mut session = Session::new(Spec::default());
    for (trial, person, network) in [
        (0, Some(3), 3),
        (1, Some(3), 4),
        (2, Some(5), 3),
        (3, None, 3),
        (4, Some(3), 3),
    ] {
        session.add(answer(trial, person, network));
    }
    session.add(answer(2, Some(3), 3));
    let person = session.person();
    assert_eq!((person.tally.errors(), person.tally.trials()), (1, 4));
    assert_eq!((person.streak, person.longest), (1, 2));
    let network = session.network();
    assert_eq!((network.tally.errors(), network.tally.trials()), (1, 5));
    assert_eq!((network.streak, network.longest), (3, 3));
    assert_eq!(session.median_time(), Some(300));
    session.number = 4;
    assert_eq!(session.next(), Some(5));
    assert_eq!(session.csv().lines().count(), 6);
    assert!(
        session
            .csv()
            .contains("\n4,20,,Test/character04/drawer01,,")
    );
    assert_eq!(Session::read(session.write().as_deref()), Some(session));
}

proptest! {
    #[test]
    fn any_address_means_a_trial_that_there_is(
        query in "(set|alphabet|ways|seed|trial|query|x)?=?(nan|inf|-1|1e99|%f|%E3%81|[ -~\\PC]{0,12})(&(trial|ways|seed)=(nan|-inf|[0-9.e-]{0,12}))*",
    ) {
        let (spec, number, corrections) = parsed(&query);
        prop_assert!(number < SESSION && WAYS.contains(&spec.ways), "{spec:?} {number}");
        prop_assert!(corrections.len() <= query.len());
        // The address that is shown instead means the same, and needs no correction.
        let again = parsed(&spec.address(number));
        prop_assert_eq!(again, (spec, number, Vec::new()));
    }

    #[test]
    fn any_kept_text_is_a_session_or_none(text in "\\PC{0,200}") {
        if let Some(session) = Session::read(Some(&text)) {
            prop_assert!(session.number < SESSION);
        }
    }
}

fn own(examples: &[usize]) -> OwnSet {
    let dot = |at: usize| Bitmap::from_fn(move |row, column| row == at && column == 3);
    let class = |(class, &count): (usize, &usize)| {
        OwnClass::new("", (0..count).map(|n| dot(10 * class + n)))
    };
    OwnSet {
        name: String::new(),
        classes: examples.iter().enumerate().map(class).collect(),
    }
}

#[test]
fn own_characters_are_played_with_where_they_have_two_examples() {
    let (mut spec, number, told) = parsed("set=own&ways=5&seed=9&trial=4");
    assert_eq!((spec.set, number, told.len()), (Set::Own, 3, 0));
    // They need no library.
    assert!(spec.fit(&Library::default()).is_empty());
    assert_eq!(spec.set, Set::Own);
    let set = own(&[2, 1, 4, 0, 3]);
    for number in 0..SESSION {
        let trial = spec.own_trial(number, &set);
        assert_eq!(trial, spec.own_trial(number, &set));
        assert_eq!(trial.map(|trial| trial.support.len()), Ok(3));
    }
    let few = spec.own_trial(0, &own(&[2, 1, 1]));
    assert_eq!(few, Err(SampleError::Twice));
}

#[test]
fn an_address_of_own_characters_is_of_them_alone() {
    let library = library(&[("Tibetan", Set::Evaluation)]);
    let (mut spec, ..) = parsed("set=own&alphabet=mixed");
    assert_eq!(spec.fit(&library).len(), 1);
    assert_eq!((spec.set, spec.source), (Set::Own, Source::Any));
    let (mut spec, ..) = parsed("set=own&alphabet=Klingon");
    assert_eq!(spec.fit(&library).len(), 1);
    assert_eq!((spec.set, spec.source), (Set::Own, Source::Any));
    // A name says more than a set, as of the other sets.
    let (mut spec, ..) = parsed("set=own&alphabet=Tibetan");
    assert!(spec.fit(&library).is_empty());
    assert_eq!(spec.set, Set::Evaluation);
}

#[test]
fn answers_go_with_the_set_that_they_are_of() {
    let mut session = Session::new(Spec {
        set: Set::Own,
        ..Spec::default()
    });
    let set = own(&[2, 2]);
    assert!(!session.fit_own(&set), "there was nothing to lose");
    session.add(answer(0, Some(3), 3));
    assert!(!session.fit_own(&set));
    assert_eq!(
        Session::read(session.write().as_deref()).as_ref(),
        Some(&session)
    );
    assert!(session.fit_own(&own(&[2, 3])));
    assert!(session.answers.is_empty());
    // Of other sets they stay whatever becomes of one's own.
    let mut other = Session::new(Spec::default());
    other.add(answer(0, Some(3), 3));
    assert!(!other.fit_own(&set));
    assert_eq!(other.answers.len(), 1);
}

/// The trials of a query.
fn parsed(query: &str) -> (Spec, u32, Vec<Correction>) {
    Spec::of(&Address::parse(&format!("#/trials?{query}")))
}
