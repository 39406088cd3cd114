use crate::words::alphabet::Alphabet;

impl Alphabet {
    pub(in crate::words) const JAPANESE: Self = Self {
        evaluation_group: "評価セットの文字体系",
        evaluation_remark: "ネットワークの評価に使ったもので、学習には一切使っていません。",
        background_group: "背景セットの文字体系",
        background_remark: "ネットワークはこれらで学習しました。",
        invented_group: "架空の文字体系",
        invented_remark: "プログラムが作ったもので、人もネットワークも誰も学んだことがありません。",
        evaluation: "評価セット",
        background: "背景セット",
        invented: "架空の文字体系",
        count_yours: |count| format!("{count}文字、自分の文字"),
        count: |count, kind| format!("{count}文字、{kind}"),
        choose_picture: "絵で選ぶ",
        choose_alphabet: "文字体系を絵で選ぶ",
        no_omniglot: "このページにはOmniglotの文字体系が含まれていないため、架空の文字体系で代用しています。",
        alphabets: "文字体系",
        own_set: "自分の文字",
        yours: "自作",
        support: "サポートセット",
        ways: "選択肢の文字数",
        all: |count| format!("全{count}"),
        drawer: "書き手 ",
        others: "この文字体系の別の文字",
        reshuffle: "選び直す：この文字体系の別の文字",
        similar: |name, similarity| format!("{name}、類似度{similarity:.2}"),
    };
}
