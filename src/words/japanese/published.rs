//! [`crate::words::published`] in Japanese.

use crate::words::published::Findings;

impl Findings {
    pub(in crate::words) const JAPANESE: Self = Self {
        arc: "注意型再帰比較器 (ARC)",
        bpl: "ベイズ的プログラム学習 (BPL)",
        people: "人",
        siamese: "畳み込みシャム（ツイン）ネットワーク",
        affine: "アフィンモデル",
        hierarchical: "階層的深層モデル",
        boltzmann: "深層ボルツマンマシン",
        hausdorff: "修正ハウスドルフ距離",
        pixels: "最近傍法（画素）",
        arc_how: "発表された中で最も良いネットワーク。データの分け方は私たちでは確認していません。",
        bpl_how: "背景セットの30文字体系の筆画から学習。",
        people_how: "各文字の例を一つだけ見た人。",
        siamese_how: "このページが再現したネットワーク。40の文字体系で学習・調整。",
        quoted: "Kochらの引用による。",
        hausdorff_how: "学習なし。ここで再測定した結果：400件中155件の誤り。",
        pixels_how: "学習なし。Kochらの引用による。ここで再測定した結果：400件中324件の誤り、81.0%。",
    };
}
