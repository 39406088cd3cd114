//! The choice of an alphabet and of its characters: the support set.

use super::Name;

area! {
    Alphabet {
        name(listed: &str),
        evaluation_group,
        evaluation_remark,
        background_group,
        background_remark,
        invented_group,
        invented_remark,
        evaluation,
        background,
        invented,
        count_yours(count: usize),
        count(count: usize, kind: &str),
        choose_picture,
        choose_alphabet,
        no_omniglot,
        alphabets,
        own_set,
        yours,
        support,
        ways,
        all(count: usize),
        drawer,
        others,
        reshuffle,
        similar(name: Name, similarity: f32),
    }
}
