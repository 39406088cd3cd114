//! The measures of the network on the page `#/trials`.

use super::Name;

area! {
    Measures {
        percent(value: f64, low: f64, high: f64):
            |value, low, high| format!("{value:.1} % ({low:.1} to {high:.1})"),
            |value, low, high| format!("{value:.1}%（{low:.1}～{high:.1}）");
        within: "within alphabets", "文字体系の中で";
        across: "across alphabets", "文字体系をまたいで";
        curve: "Accuracy against N", "Nに対する正解率";
        more: "More to choose from", "選択肢を増やす";
        curve_how:
            "How often is the network right when there are more characters to choose from? The same drawings are asked for with 1 to 60 examples (the support set). These come from one alphabet, as far as it goes, or from all, which is easier.",
            "選択肢が増えると、どのくらい正解できるでしょうか。同じ筆跡を、1～60文字の例（サポートセット）の中から選ばせます。例は、一つの文字体系から選べるだけ選ぶか、すべての文字体系から選びます（こちらのほうが簡単です）。";
        where_from: "Where the characters come from", "文字の選び方";
        measure_curve: "Measure the curve", "曲線を測定する";
        figures: "The figures as a table", "数値の表";
        trials: "trials", "試行数";
        chance: "chance", "偶然";
        within_one: "within one alphabet", "一つの文字体系の中で";
        curve_title(from: &str):
            |from| {
                format!("Right answers against the number of characters to choose from, {from}")
            },
            |from| format!("選択肢の文字数に対する正解率（{from}）");
        curve_x(from: &str):
            |from| format!("N: characters to choose from, {from}"),
            |from| format!("N：選択肢の文字数（{from}）");
        curve_y: "right answers, %", "正解率（%）";
        twin: "twin network", "ツインネットワーク";
        hausdorff: "modified Hausdorff", "修正ハウスドルフ距離";
        pixels: "nearest neighbour, pixels", "最近傍法（画素）";
        missing(alphabet: Name):
            |alphabet| {
                format!(
                    "a drawing of {alphabet} is missing; load the page again to fetch the alphabets anew"
                )
            },
            |alphabet| {
                format!(
                    "{alphabet}の筆跡がありません。ページを読み込み直して、文字体系を取得し直してください"
                )
            };
        alphabet_number(number: usize):
            |number| format!("alphabet number {number}"),
            |number| format!("{number}番目の文字体系");
        took(model: Name, devices: &str, seconds: f64, ratio: f64):
            |model, devices, seconds, ratio| {
                format!(
                    "{model} on {devices}: {seconds:.1} s in the recogniser, {ratio:.2} times as long as the drawings take one by one."
                )
            },
            |model, devices, seconds, ratio| {
                format!(
                    "{devices}上の{model}：認識エンジンの計算時間は{seconds:.1}秒で、筆跡を一つずつ計算した場合の{ratio:.2}倍です。"
                )
            };
        and: " and ", "と";
        official: "Official trials", "公式の試行";
        official_title: "The official 400 trials", "公式の400試行";
        official_how:
            "People and programs have been measured on these 20 runs of 20 trials since 2015. Each trial is 20-way and one-shot, within one alphabet: one example of each of 20 characters. They are an easy part of the data: tidy drawers, chosen characters.",
            "人とプログラムは、2015年以来、この20ラン（1ランは20試行）で評価されてきました。どの試行も20-wayワンショットで、一つの文字体系の20文字に例が一つずつあります。丁寧な書き手と選ばれた文字による、このデータの中では易しい部分です。";
        run_official: "Run the 400 trials", "400試行を実行する";
        wrong: " wrong", "が誤り";
        wrong_rate(rate: &str): |rate| format!(": {rate}"), |rate| format!("：{rate}");
        stop: ".", "。";
        every_csv: "Save every trial as CSV", "すべての試行をCSVで保存";
        errors(rate: f64, low: f64, high: f64):
            |rate, low, high| {
                format!("{rate:.2} % errors (95 % interval {low:.1} to {high:.1} %)")
            },
            |rate, low, high| format!("誤り率{rate:.2}%（95%信頼区間{low:.1}～{high:.1}%）");
        wrong_column: "wrong", "誤り";
        went_wrong: "Trials that went wrong", "間違えた試行";
        more_in_csv(count: usize):
            |count| match count {
                1 => "1 more is in the CSV.".to_owned(),
                _ => format!("{count} more are in the CSV."),
            },
            |count| format!("残り{count}件はCSVにあります。");
        run_similar(run: usize, similarity: f32):
            |run, similarity| format!("run {run:02}, {similarity:.2} similar"),
            |run, similarity| format!("ラン{run:02}、類似度{similarity:.2}");
        asked: "asked", "出題";
        right: "right", "正解";
        chosen: "chosen", "選択";
        this_network: "This network, here and now", "このネットワーク（今ここで）";
        measured_here: "Measured in this browser.", "このブラウザーで測定しました。";
        published: "Published results on these trials", "この試行で発表された結果";
        who: "Who", "解答者";
        errors_column: "errors", "誤り率";
        conditions: "Conditions and source", "条件と出典";
        wilson:
            "Each interval is Wilson's for 400 trials: the true rate lies in it with 95 % confidence. Many people took part, so theirs is narrower in truth.",
            "信頼区間は、400試行に対するウィルソンの区間です。真の割合は95%の信頼度でこの中にあります。人の結果は多くの人によるものなので、実際の区間はこれより狭くなります。";
        interval(low: f64, high: f64):
            |low, high| format!("{low:.1} to {high:.1} %"),
            |low, high| format!("{low:.1}～{high:.1}%");
        verified(right: f64, low: f64, high: f64, area: f64):
            |right, low, high, area| {
                format!(
                    " wrong where a similarity over 0.5 is called the same: {right:.1} % right (95 % interval {low:.1} to {high:.1} %). The area under the curve is {area:.4}; 1 would be perfect."
                )
            },
            |right, low, high, area| {
                format!(
                    "が誤りです。類似度が0.5を超える組を同じ文字と判定しました。正解率は{right:.1}%（95%信頼区間{low:.1}～{high:.1}%）、曲線の下の面積（AUC）は{area:.4}です。完璧なら1になります。"
                )
            };
        verification: "Verification", "照合";
        same: "Same or different?", "同じ文字か、違う文字か";
        verify_how(pairs: usize):
            |pairs| {
                format!(
                    "Do two drawings show the same character? This is called verification, and the paper's network was trained for it. Here are {pairs} pairs by different people. Half are the same character, the others two characters of one alphabet."
                )
            },
            |pairs| {
                format!(
                    "二つの筆跡は同じ文字でしょうか。これを照合といい、論文のネットワークはこのために学習されました。異なる書き手による筆跡{pairs}組を比べます。半分は同じ文字、残りは同じ文字体系の違う文字です。"
                )
            };
        compare(pairs: usize):
            |pairs| format!("Compare {pairs} pairs"),
            |pairs| format!("{pairs}組を比べる");
        lowest: "lowest score called the same", "同じと判定する最低スコア";
        false_same: "different pairs called the same", "違う組を同じと判定した割合";
        true_same: "same pairs called the same", "同じ組を同じと判定した割合";
        roc:
            "Verification: same pairs accepted against different pairs accepted wrongly",
            "照合：同じ組を受け入れた割合と、違う組を誤って受け入れた割合";
        roc_x: "different pairs called the same, %", "違う組を同じと判定した割合（%）";
        roc_y: "same pairs called the same, %", "同じ組を同じと判定した割合（%）";
    }
}
