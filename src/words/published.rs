//! Published results on the official trials, in words.

area! {
    Findings {
        relational: "Relational model of image pairs", "画像の組の関係モデル";
        arc: "Attentive recurrent comparators", "注意型再帰比較器（ARC）";
        bpl: "Bayesian program learning", "ベイズ的プログラム学習（BPL）";
        people: "People", "人";
        siamese: "Convolutional siamese network", "畳み込みシャム（ツイン）ネットワーク";
        affine: "Affine model", "アフィンモデル";
        hierarchical: "Hierarchical deep", "階層的深層モデル";
        boltzmann: "Deep Boltzmann machine", "深層ボルツマンマシン";
        hausdorff: "Modified Hausdorff distance", "修正ハウスドルフ距離";
        pixels: "Nearest neighbour, pixels", "最近傍法（画素）";
        relational_how:
            "Its abstract says “solves perfectly”; its training data was not checked by us.",
            "論文の要旨では「完全に解く」。学習データは私たちでは未確認。";
        arc_how:
            "Trained on the 30 background alphabets, as its code shows.",
            "公開されたコードによると、背景セットの30文字体系で学習。";
        bpl_how:
            "Learnt from the strokes of the 30 background alphabets.",
            "背景セットの30文字体系の筆画から学習。";
        people_how: "Shown one example of each character.", "各文字の例を一つだけ見た人。";
        siamese_how:
            "The network that this page rebuilds; trained and tuned on 40 alphabets.",
            "このページが再現したネットワーク。40の文字体系で学習・調整。";
        quoted: "As Koch et al. quote it.", "Kochらの引用による。";
        hausdorff_how:
            "Nothing is learnt. Measured again here: 155 of 400.",
            "学習なし。ここで再測定した結果：400件中155件の誤り。";
        pixels_how:
            "Nothing is learnt; Koch et al. quote it. Measured again here: 324 of 400, 81.0 %.",
            "学習なし。Kochらの引用による。ここで再測定した結果：400件中324件の誤り、81.0%。";
    }
}
