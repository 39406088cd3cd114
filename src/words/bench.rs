//! How far a measure is; a plot and its table.

use super::Name;

area! {
    Bench {
        model_changed(before: Name, now: Name):
            |before, now| format!("The model was changed from {before} to {now}."),
            |before, now| format!("モデルが{before}から{now}に変更されました。");
        no_evaluation:
            "The evaluation alphabets are not here: this copy of the page comes without Omniglot.",
            "評価セットの文字体系がありません。このページにはOmniglotが含まれていません。";
        fetching(done: usize, all: usize):
            |done, all| format!("Fetching the alphabets: {done} of {all}."),
            |done, all| format!("文字体系を取得しています：{done}/{all}。");
        part_left(done: usize, all: usize, seconds: f64):
            |done, all, seconds| format!("Part {done} of {all}, about {seconds:.0} s left."),
            |done, all, seconds| format!("パート{done}/{all}、残り約{seconds:.0}秒。");
        part(done: usize, all: usize):
            |done, all| format!("Part {done} of {all}."),
            |done, all| format!("パート{done}/{all}。");
        paused(done: usize, all: usize):
            |done, all| format!("Paused after part {done} of {all}."),
            |done, all| format!("パート{done}/{all}で一時停止中です。");
        done(seconds: f64):
            |seconds| format!("Done in {seconds:.1} s."),
            |seconds| format!("完了しました（{seconds:.1}秒）。");
        ended(reason: &str, done: usize, all: usize):
            |reason, done, all| format!("{reason} {done} of {all} parts were done."),
            |reason, done, all| format!("{reason}パート{done}/{all}まで終わっていました。");
        cancelled: "Cancelled.", "中止しました。";
        parts_done: "Parts done", "進み具合";
        as_svg: "Save as SVG", "SVGで保存";
        as_png: "Save as PNG", "PNGで保存";
        table: "The numbers as a table", "数値を表で見る";
    }
}
