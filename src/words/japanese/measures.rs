//! [`crate::words::measures`] in Japanese.

use crate::words::measures::Measures;

impl Measures {
    pub(in crate::words) const JAPANESE: Self = Self {
        percent: |value, low, high| format!("{value:.1}%（{low:.1}～{high:.1}）"),
        within: "文字体系の中で",
        across: "文字体系をまたいで",
        curve: "Nに対する正解率",
        more: "選択肢を増やす",
        curve_how: "同じクエリを、1～60文字のサポートセットで試します。一つの文字体系の中で選べるだけ選ぶか、すべての文字体系を混ぜます（こちらのほうが簡単です）。",
        where_from: "文字の選び方",
        measure_curve: "曲線を測定する",
        figures: "数値の表",
        trials: "試行数",
        chance: "偶然",
        within_one: "一つの文字体系の中で",
        curve_title: |from| format!("選択肢の文字数に対する正解率（{from}）"),
        curve_x: |from| format!("N：選択肢の文字数（{from}）"),
        curve_y: "正解率（%）",
        twin: "ツインネットワーク",
        hausdorff: "修正ハウスドルフ距離",
        pixels: "最近傍法（画素）",
        missing: |alphabet| {
            format!(
                "{alphabet}の筆跡がありません。ページを読み込み直して、文字体系を取得し直してください"
            )
        },
        alphabet_number: |number| format!("{number}番目の文字体系"),
        took: |model, devices, seconds, ratio| {
            format!(
                "{devices}上の{model}：認識エンジンの計算時間は{seconds:.1}秒で、同じ数の埋め込みを一つずつ計算した場合の{ratio:.2}倍です。"
            )
        },
        and: "と",
        official: "公式の試行",
        official_title: "公式の400試行",
        official_how: "一つの文字体系の中での20-wayワンショットを、20試行ずつ20回行います。2015年以来、人とプログラムがこの試行で評価されてきました。丁寧な書き手と選ばれた文字による、このデータの中では易しい部分です。",
        run_official: "400試行を実行する",
        wrong: "が誤り",
        wrong_rate: |rate| format!("：{rate}"),
        stop: "。",
        every_csv: "すべての試行をCSVで保存",
        errors: |rate, low, high| format!("誤り率{rate:.2}%（95%信頼区間{low:.1}～{high:.1}%）"),
        wrong_column: "誤り",
        went_wrong: "間違えた試行",
        more_in_csv: |count| format!("残り{count}件はCSVにあります。"),
        run_similar: |run, similarity| format!("ラン{run:02}、類似度{similarity:.2}"),
        asked: "出題",
        right: "正解",
        chosen: "選択",
        this_network: "このネットワーク（今ここで）",
        measured_here: "このブラウザーで測定しました。",
        published: "この試行で発表された結果",
        who: "解答者",
        errors_column: "誤り率",
        conditions: "条件と出典",
        wilson: "信頼区間は400試行に対するウィルソンの区間です。人の結果は多くの人によるものなので、実際の区間はこれより狭くなります。",
        interval: |low, high| format!("{low:.1}～{high:.1}%"),
        verified: |right, low, high, area| {
            format!(
                "が誤りです。類似度が0.5を超える組を同じ文字と判定しました。正解率は{right:.1}%（95%信頼区間{low:.1}～{high:.1}%）、曲線の下の面積（AUC）は{area:.4}です。"
            )
        },
        verification: "照合",
        same: "同じ文字か、違う文字か",
        verify_how: |pairs| {
            format!(
                "異なる書き手による筆跡{pairs}組を比べます。半分は同じ文字、残りは同じ文字体系の違う文字です。論文のネットワークはこの照合のために学習されました。"
            )
        },
        compare: |pairs| format!("{pairs}組を比べる"),
        lowest: "同じと判定する最低スコア",
        false_same: "違う組を同じと判定した割合",
        true_same: "同じ組を同じと判定した割合",
        roc: "照合：同じ組を受け入れた割合と、違う組を誤って受け入れた割合",
        roc_x: "違う組を同じと判定した割合（%）",
        roc_y: "同じ組を同じと判定した割合（%）",
    };
}
