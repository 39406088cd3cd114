//! The known name that somebody may have meant.

/// From which Jaro-Winkler similarity on a name may have been meant.
const ALIKE: f64 = 0.75;

/// `; did you mean NAME?` with the known name that is most like the one given, or nothing where none is like it. The
/// last part of a dotted name stands for it, too: `learning_rate` for `optimizer.learning_rate`.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let likeness = |known: &str| {
        let (name, whole) = (name.to_lowercase(), known.to_lowercase());
        let last = whole.rsplit('.').next().unwrap_or(&whole);
        strsim::jaro_winkler(&name, &whole).max(strsim::jaro_winkler(&name, last))
    };
    let known = known.into_iter().map(|known| (likeness(known), known));
    let most = known.max_by(|(a, _), (b, _)| a.total_cmp(b));
    match most {
        Some((likeness, known)) if likeness >= ALIKE => format!("; did you mean {known}?"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_last_parts_find_their_name() {
        let known = ["steps", "optimizer.learning_rate", "optimizer.epsilon"];
        let near = |name| nearest(name, known);
        assert_eq!(near("step"), "; did you mean steps?");
        let rate = "; did you mean optimizer.learning_rate?";
        assert_eq!(near("learning_rate"), rate);
        assert_eq!(near("optimiser.learning-rate"), rate);
        assert_eq!(near("xyz"), "");
    }
}
