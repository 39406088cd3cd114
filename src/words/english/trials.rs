//! [`crate::words::trials`] in English.

use crate::words::trials::Trials;

impl Trials {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "You against the network",
        lead: "One character above, a choice below, each drawn once by another hand. Which is the same? The evaluation and the invented alphabets are new to the network, too; the background ones it was trained on.",
        measure: "Measure the network",
        no_trial: |error| format!("There is no such trial: {error}."),
        short: |count| {
            format!("This alphabet has {count} characters, so this trial is {count}-way.")
        },
        short_own: |count| {
            format!(
                "{count} of your characters have a second example, so this trial is {count}-way."
            )
        },
        trial: "Trial",
        evaluation: "evaluation set",
        background: "background set",
        invented: "invented",
        own: "your own characters",
        set: "Set",
        any: "within one alphabet, any",
        mixed: "across all alphabets",
        within: "within",
        ways: "Characters to choose from",
        from_memory: "draw it from memory",
        number: |number, all| format!("trial {number} of {all}"),
        new_session: "New session",
        fetching: "The drawings are being fetched.",
        drawing_missing: "A drawing of this trial is missing.",
        look: "Look: you will draw it from memory.",
        draw: "Draw it.",
        which: "Which of these is it?",
        drew: "What you drew.",
        was_asked: "What was asked.",
        asked_for: "The character that is asked for",
        that_is_it: "That is it",
        network_right: |similarity| format!("the network is right ({similarity:.2} similar)"),
        network_wrong: |name, similarity| {
            format!("the network is wrong: it took {name} ({similarity:.2} similar)")
        },
        both: |name, network| format!("✓ You are right: {name}; {network}."),
        wrong: |name, network| format!("✗ It was {name}: you are wrong; {network}."),
        was: |name, network| format!("It was {name}; {network}."),
        still_looking: "The network is still looking.",
        next: "Next trial",
        keys: "Characters to choose from; arrow keys move, Enter chooses",
        you: "you",
        network: "network",
        choice: |number| format!("Choice {number}"),
        the_right_one: ", the right one",
        choice_similar: |name, similarity, tag, tags| {
            format!("{name}, {similarity:.2} similar{tag} {tags}")
        },
        seconds: |seconds| format!("{seconds:.1} s"),
        person: "You",
        machine: "Network",
        all_answered: |all| {
            format!(
                "All {all} trials are answered. The address holds the session: who opens it plays the same trials."
            )
        },
        answered: |answered, all, seed| {
            format!("{answered} of {all} answered; seed {seed}. The address holds this trial.")
        },
        own_answered: |answered, all, seed| {
            format!(
                "{answered} of {all} answered; seed {seed}. The address holds this trial, for your characters as they are."
            )
        },
        score: "Score",
        this_session: "This session",
        right: "right",
        interval: "95 % interval",
        in_a_row: "in a row",
        most: "most",
        median: "median time",
        as_csv: "Save as CSV",
        as_json: "Save as JSON",
        percent: |low, high| format!("{low:.0} to {high:.0} %"),
        wrongs: "Wrong answers",
        asked: "asked",
        you_drew: "you drew",
        your_choice: "your choice",
        networks_choice: "network's choice",
        open: "Open in Draw",
        show: "Show the trial",
        colon: ": ",
        no_set: |value| {
            format!("There is no set \"{value}\": these trials are of the evaluation set.")
        },
        no_ways: |value, ways| {
            format!("There are no \"{value}\"-way trials: these are {ways}-way.")
        },
        no_seed: |value, most, seed| {
            format!("\"{value}\" is no seed from 0 to {most}: seed {seed} is used.")
        },
        no_number: |all, number| {
            format!("A session has trials 1 to {all}: this is trial {number}.")
        },
        no_alphabet: |name| {
            format!("There is no alphabet \"{name}\": these trials are of any of the set.")
        },
        no_alphabets: |set| {
            format!(
                "This copy of the page has no {set} alphabets: these trials are of the invented ones."
            )
        },
    };
}
