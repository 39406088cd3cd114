//! What the page says, in each of its languages.
//!
//! Each area of the page has a file, with every text in both languages side by side: a struct whose
//! fields are texts and whose methods are sentences with something in them. A text without one of
//! its languages doesn't compile. Knows words only; refuses to know the document and where the
//! choice of a language is kept.
//!
//! Japanese is in the polite form (です・ます), without spaces between Japanese and Latin letters. It has
//! one word for one thing:
//!
//! | English | Japanese |
//! |---|---|
//! | support set | サポートセット |
//! | query | クエリ |
//! | N-way, one-shot | N-way、ワンショット |
//! | embedding | 埋め込み |
//! | twin network | ツインネットワーク |
//! | episode | エピソード |
//! | trial; run of 20 trials | 試行、ラン |
//! | similarity | 類似度 |
//! | alphabet | 文字体系 |
//! | evaluation, background set | 評価セット、背景セット |
//! | invented | 架空 |
//! | drawing: the person's; of the data | 描いた文字、筆跡 |
//! | drawer | 書き手 |
//! | example of a class | 例、お手本 |
//! | pad | 用紙 |
//! | fine-tuning, run of training | ファインチューニング、学習 |
//! | held out | 検証用 |
//! | weights, learning rate, loss | 重み、学習率、損失 |
//! | checkpoint | チェックポイント |
//! | frozen layer | 凍結した層 |
//! | verification | 照合 |
//! | to take one for another | 取り違える |
//! | map of the embeddings | 埋め込みの地図 |
//! | contact sheet, its cells | コンタクトシート、マス |
//! | the person's own characters | 自分の文字 |
//! | accuracy, error rate | 正解率、誤り率 |
//! | recogniser | 認識エンジン |
//! | device, processor, graphics | デバイス、CPU、GPU |
//!
//! Names stay as they are: Omniglot, WebGPU, the models, the alphabets, the authors of papers.

// What `part!` writes: an import for each function, which its part exports.
#![allow(unsafe_code)]

mod name;

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::parts::{Missing, part};
use name::{Name, Part};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
}

impl Language {
    /// Every language.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// As `<html lang>` has it.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Japanese => "日本語",
        }
    }

    /// The language of a tag such as `ja` or `en-GB`; none where the page doesn't speak it.
    #[must_use]
    pub(crate) fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.as_str()))
    }
}

thread_local! {
    /// The page has one thread; each test has its own.
    static CURRENT: Cell<Learnt> = const { Cell::new(Learnt(Language::English, None)) };
}

/// The language that the page speaks.
#[must_use]
pub(crate) fn language() -> Language {
    CURRENT.get().0
}

/// All that the page says, in the language that it speaks.
#[must_use]
pub(crate) fn words() -> &'static Words {
    &Words::NOW
}

/// A language whose words are here.
#[derive(Clone, Copy)]
pub(crate) struct Learnt(Language, Option<&'static Table>);

/// Fetches the words of a language.
///
/// # Errors
/// When they can't be fetched.
pub(crate) async fn bring(language: Language) -> Result<Learnt, Missing> {
    Ok(match language {
        Language::English => Learnt(language, None),
        Language::Japanese => Learnt(language, Some(japanese_table().await?)),
    })
}

/// Speaks another language from now on. What was said before stays as it was: the page is loaded
/// anew for it (docs/decisions/0016).
pub(crate) fn speak(learnt: Learnt) {
    CURRENT.set(learnt);
}

part! {
    japanese: fn japanese_table() -> Result<&'static Table, Missing> {
        Ok(&JAPANESE)
    }
}

/// An area in every language.
pub(crate) trait Area: 'static {
    const ENGLISH: &'static Self;

    /// The area in the table of another language.
    fn of(table: &Table) -> &'static Self;
}

/// An area in the language that the page speaks. English is looked up area by area, so that those of
/// pages that are fetched later come with them; another language is fetched as a whole
/// (docs/decisions/0018).
pub(crate) struct Said<A>(PhantomData<A>);

impl<A: Area> Deref for Said<A> {
    type Target = A;

    fn deref(&self) -> &A {
        match CURRENT.get().1 {
            None => A::ENGLISH,
            Some(table) => A::of(table),
        }
    }
}

/// An area's words, as `key: English, Japanese;`. `key(part: Type)` is a sentence with something in it, where [`Name`]
/// takes a `&str` that is not the page's own.
macro_rules! area {
    ($(#[$doc:meta])* $area:ident {
        $($key:ident $(($($name:ident: $kind:ty),* $(,)?))?: $english:expr, $japanese:expr;)*
    }) => {
        $(#[$doc])*
        pub(crate) struct $area {
            $(pub(crate) $key: $crate::words::area!(@kind $(($($kind),*))?)),*
        }

        impl $area {
            pub(in crate::words) const ENGLISH: Self = Self { $($key: $english),* };
            pub(in crate::words) const JAPANESE: Self = Self { $($key: $japanese),* };

            $($(
                #[must_use]
                pub(crate) fn $key(
                    &self,
                    $($name: <$kind as $crate::words::Part>::Given),*
                ) -> String {
                    (self.$key)($(<$kind as $crate::words::Part>::of($name)),*)
                }
            )?)*

            /// Shows each text by its key, sentences with samples in them.
            #[cfg(test)]
            pub(super) fn each(&self, show: &mut dyn FnMut(&'static str, String, &[String])) {
                $($crate::words::area!(@show self, show, $key $(($($name: $kind),*))?);)*
            }

            /// Shows each sentence by its key, with 1 for every number in it.
            #[cfg(test)]
            pub(super) fn each_of_one(&self, show: &mut dyn FnMut(&'static str, String)) {
                $($(
                    let of_one = (self.$key)($(<$kind as $crate::words::tests::Sample>::one()),*);
                    show(stringify!($key), of_one);
                )?)*
                // Some areas have no sentences.
                let _ = show;
            }
        }
    };
    (@kind) => { &'static str };
    (@kind ($($kind:ty),*)) => { fn($($kind),*) -> String };
    (@show $self:ident, $show:ident, $key:ident) => {
        $show(stringify!($key), $self.$key.to_owned(), &[])
    };
    (@show $self:ident, $show:ident, $key:ident ($($name:ident: $kind:ty),*)) => {
        $show(
            stringify!($key),
            ($self.$key)($(<$kind as $crate::words::tests::Sample>::sample()),*),
            &[$(<$kind as $crate::words::tests::Sample>::shown()),*],
        )
    };
}
use area;

/// The areas of the page, each a file here.
macro_rules! areas {
    ($($area:ident: $kind:ident),* $(,)?) => {
        $(pub(crate) mod $area;)*

        /// Everything that the page says.
        pub(crate) struct Words {
            $(pub(crate) $area: Said<$area::$kind>),*
        }

        /// Everything that the page says in one language.
        pub(crate) struct Table {
            $($area: &'static $area::$kind),*
        }

        static JAPANESE: Table = Table { $($area: &$area::$kind::JAPANESE),* };

        $(impl Area for $area::$kind {
            const ENGLISH: &'static Self = &Self::ENGLISH;

            fn of(table: &Table) -> &'static Self {
                table.$area
            }
        })*

        impl Words {
            const NOW: Self = Self { $($area: Said(PhantomData)),* };

            #[cfg(test)]
            fn each(&self, show: &mut dyn FnMut(String, String, &[String])) {
                $(self.$area.each(&mut |key, text, shown| {
                    show(format!("{}.{key}", stringify!($area)), text, shown);
                });)*
            }

            #[cfg(test)]
            fn each_of_one(&self, show: &mut dyn FnMut(String, String)) {
                $(self.$area.each_of_one(&mut |key, text| {
                    show(format!("{}.{key}", stringify!($area)), text);
                });)*
            }
        }
    };
}

areas! {
    about: About,
    alphabet: Alphabet,
    answer: Answer,
    bench: Bench,
    common: Common,
    compare: Compare,
    confusion: Confusion,
    device: Device,
    draw: Draw,
    drawing: Drawing,
    editing: Editing,
    embed: Embedding,
    explain: Explain,
    failures: Failures,
    fill: Fill,
    fool: Fool,
    hands: Hands,
    head: Head,
    import: Import,
    learn: Learn,
    lessons: Lessons,
    measures: Measures,
    network: Inside,
    notice: Notices,
    own: Own,
    print: Print,
    published: Findings,
    refusals: Refusals,
    review: Review,
    share: Share,
    teach: Teach,
    train: Train,
    trials: Trials,
    typing: Typing,
}

/// A number of things in English, as `1 row`, `2 rows`.
fn many(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
