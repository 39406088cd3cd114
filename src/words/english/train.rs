//! [`crate::words::train`] in English.

use super::many;
use crate::words::train::Train;

impl Train {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Teach it a script",
        lead: "The network learns from some characters of the alphabets you choose, here in this browser, and is tried on the others. Drawing and trials go on meanwhile with the weights from before.",
        too_large: |file| format!("{file} is larger than any network here."),
        not_read: |file| format!("{file} could not be read."),
        not_done: "The recogniser was started anew before this was done. Do it again.",
        lasts: "This browser keeps them until you delete them.",
        may_go: "This browser may remove them when space runs short, or when the page was not used for long: export what matters.",
        delete_question: "Delete every model and checkpoint that is kept in this browser?",
        models: "Models",
        models_here: "Models in this browser",
        files: "Files are safetensors, as PyTorch and the command line read them. ",
        none_kept: "None is kept yet.",
        use_shipped: "Use the shipped one",
        export_shipped: "Export the shipped one",
        import: "Import a file",
        delete_all: "Delete all",
        use_everywhere: "Use everywhere",
        export: "Export",
        delete: "Delete",
        official: |errors, trials, step, rate, low, high| {
            format!(
                "{errors} of {trials} wrong with the weights of step {step} or a little later: {rate:.2} % ({low:.1} to {high:.1} %)."
            )
        },
        official_now: "Official trials with these weights",
        ready: "Ready to begin.",
        fetching: "The alphabets and the weights are being fetched.",
        speed: |images, seconds| {
            let images = many(images.round() as usize, "image");
            format!(", {images} a second, about {seconds:.0} s left")
        },
        step: |step, steps, left| format!("Step {step} of {steps}{left}."),
        paused: |step, steps| format!("Paused at step {step} of {steps}, with a checkpoint."),
        done: |steps| match steps {
            1 => "The only step is done.".to_owned(),
            _ => format!("All {steps} steps are done."),
        },
        cancelled: |step| format!("Cancelled at step {step}. Keep what was learned, or drop it."),
        diverged: |step| {
            format!(
                "The loss is no number any more at step {step}: the last good weights are here. Lower the learning rate."
            )
        },
        device_failed: |step, reason| {
            format!(
                "The device failed at step {step} ({reason}). Go on from the checkpoint, on another device if need be."
            )
        },
        interrupted: |step| {
            format!("A run was interrupted; a checkpoint of step {step} is kept here.")
        },
        interrupted_early: "The run was interrupted before its first checkpoint.",
        run: "Training run",
        start: "Start",
        resume: "Go on from the checkpoint",
        steps_done: "Steps done",
        rate_now: "Highest learning rate from now on",
        now: "Now ",
        stop: ".",
        name: "Name ",
        keep: "Keep this model",
        drop: "Drop it",
        accuracy: |value, trials, low, high| {
            format!("{value:.1} % of {trials} ({low:.1} to {high:.1} %)")
        },
        memory: |worker, device| format!("{worker} MB, and {device} MB on the graphics device"),
        right_before: "right on held-out characters, before",
        after: "after",
        loss: "loss",
        memory_used: "memory in use",
        batch_as_seen: "Drawings of the last batch as the network saw them, twins side by side",
        batch: "The last batch as the network saw it, twins side by side.",
        no_checkpoint: |reason| {
            format!(
                "No checkpoint could be kept: {reason}. The run goes on; a reload would lose it."
            )
        },
        device_goes_on: "What computed the training failed; the run goes on from its checkpoint.",
        fresh: "fresh weights",
        frozen_none: "none: everything learns",
        frozen_first: "the first layer",
        frozen_residual: "up to the first residual block",
        frozen_most: "all but the two outputs",
        as_shipped: |name| format!("{name}, as shipped"),
        what: "What is to be learned",
        from: "Start from",
        from_line: "Weights that already tell characters apart learn a script in minutes.",
        is_koch: "This is Koch's network of 39 million numbers: weights, gradients and what the optimiser remembers are 623 MB, a checkpoint is 467 MB more, and a batch needs some hundred. A step takes seconds.",
        loss_kind: "Loss",
        episodes: "which of them is it? (episodes)",
        pairs: "same or not? (Koch's pairs)",
        loss_line: "Episodes compare every character of a batch with every other.",
        rate: "Learning rate",
        rate_line: "The highest; it rises over the first tenth and then falls to zero.",
        steps: "Steps",
        steps_line: "One batch each; 150 take two to four minutes on a small processor.",
        characters: "Characters in a batch",
        characters_line: "Each is drawn twice. More are harder to tell apart, and slower.",
        frozen: "Frozen layers",
        frozen_line: "Frozen layers keep what they know; the rest learns with less to go wrong.",
        distort: "Distort the drawings",
        distort_line: "As other hands might have drawn them: without it few drawings are soon known by heart.",
        none_chosen: "none chosen",
        nothing_held: |learned| format!("{learned}; nothing held out"),
        half_held: |learned| format!("{learned}; half of each held out"),
        held: |learned, others| format!("{learned}; held out: {others}"),
        hold_out: "hold out",
        alphabets: "Alphabets",
        alphabets_line: "It learns the ones that are checked, and is tried on those held out. Of an alphabet that is both, it learns every second character and is tried on the others: has it learnt the script, or only the characters?",
        unfair: "Some of these are evaluation alphabets: the official trials would no longer be fair to a network that learns them.",
        choose_one: "Choose at least one alphabet to learn from.",
        rate_range: "The learning rate must be above 0 and at most 0.1.",
        steps_range: "The number of steps must be from 1 to 20,000.",
        characters_range: "A batch has 2 to 128 characters.",
        right_held: "right on held-out characters, %",
        by_step: |label| format!("{label}, by step"),
        steps_axis: "steps",
        choose_first: "Choose this network at the head of the page first: it is large, and must be here and timed on this device before it can learn.",
        little_memory: |memory| {
            format!(
                "This network needs 1.6 GB and more to learn, and this device has {memory} GB in all. Start from compact or deep instead."
            )
        },
        take_fewer: |most| {
            format!("Take {most} characters or fewer a batch, or start from compact or deep.")
        },
        start_smaller: "Start from compact or deep instead.",
        step_long: |images, seconds, advice| {
            format!(
                "A step of {images} drawings would take this network about {seconds:.0} s on this device, which is too long to wait for. {advice}"
            )
        },
        kept_as: |name| format!("Kept here as {name}."),
        kept_beside: |wished, name| {
            format!("There is a model called {wished} already, so this one is kept as {name}.")
        },
        deleted: |name| format!("{name} is deleted."),
        undelete: "Have it back",
        delete_one: |name| format!("Delete {name}? You can't have it back."),
        unreadable: |fault| {
            format!("This model can't be used: {fault}. Its name is taken until you delete it.")
        },
        begin_question: "Begin a new run? What the last one has learned is kept nowhere else and will be gone.",
        drop_question: "Drop what this run has learned? It is kept nowhere else.",
    };
}
