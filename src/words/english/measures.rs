//! [`crate::words::measures`] in English.

use crate::words::measures::Measures;

impl Measures {
    pub(in crate::words) const ENGLISH: Self = Self {
        percent: |value, low, high| format!("{value:.1} % ({low:.1} to {high:.1})"),
        within: "within alphabets",
        across: "across alphabets",
        curve: "Accuracy against N",
        more: "More to choose from",
        curve_how: "The same queries with support sets of 1 to 60 characters: within one alphabet, as far as each reaches, or mixed from all, which is easier.",
        where_from: "Where the characters come from",
        measure_curve: "Measure the curve",
        figures: "The figures as a table",
        trials: "trials",
        chance: "chance",
        within_one: "within one alphabet",
        curve_title: |from| {
            format!("Right answers against the number of characters to choose from, {from}")
        },
        curve_x: |from| format!("N: characters to choose from, {from}"),
        curve_y: "right answers, %",
        twin: "twin network",
        hausdorff: "modified Hausdorff",
        pixels: "nearest neighbour, pixels",
        missing: |alphabet| {
            format!(
                "a drawing of {alphabet} is missing; load the page again to fetch the alphabets anew"
            )
        },
        alphabet_number: |number| format!("alphabet number {number}"),
        took: |model, devices, seconds, ratio| {
            format!(
                "{model} on {devices}: {seconds:.1} s in the recogniser, {ratio:.2} times so many single embeddings."
            )
        },
        and: " and ",
        official: "Official trials",
        official_title: "The official 400 trials",
        official_how: "20 runs of 20 trials, 20-way within one alphabet, that people and programs have been measured on since 2015. They are the easy corner of the data: tidy drawers, chosen characters.",
        run_official: "Run the 400 trials",
        wrong: " wrong",
        wrong_rate: |rate| format!(": {rate}"),
        stop: ".",
        every_csv: "Save every trial as CSV",
        errors: |rate, low, high| {
            format!("{rate:.2} % errors (95 % interval {low:.1} to {high:.1} %)")
        },
        wrong_column: "wrong",
        went_wrong: "Trials that went wrong",
        more_in_csv: |count| match count {
            1 => "1 more is in the CSV.".to_owned(),
            _ => format!("{count} more are in the CSV."),
        },
        run_similar: |run, similarity| format!("run {run:02}, {similarity:.2} similar"),
        asked: "asked",
        right: "right",
        chosen: "chosen",
        this_network: "This network, here and now",
        measured_here: "Measured in this browser.",
        published: "Published results on these trials",
        who: "Who",
        errors_column: "errors",
        conditions: "Conditions and source",
        wilson: "The intervals are Wilson's for 400 trials. Those of people are of many persons, so theirs is narrower in truth.",
        interval: |low, high| format!("{low:.1} to {high:.1} %"),
        verified: |right, low, high, area| {
            format!(
                " wrong where a similarity over 0.5 is called the same: {right:.1} % right (95 % interval {low:.1} to {high:.1} %). The area under the curve is {area:.4}."
            )
        },
        verification: "Verification",
        same: "Same or different?",
        verify_how: |pairs| {
            format!(
                "{pairs} pairs of drawings by different hands, half of them the same character, the others two characters of one alphabet. This is what the paper's network was trained for."
            )
        },
        compare: |pairs| format!("Compare {pairs} pairs"),
        lowest: "lowest score called the same",
        false_same: "different pairs called the same",
        true_same: "same pairs called the same",
        roc: "Verification: same pairs accepted against different pairs accepted wrongly",
        roc_x: "different pairs called the same, %",
        roc_y: "same pairs called the same, %",
    };
}
