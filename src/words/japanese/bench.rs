//! [`crate::words::bench`] in Japanese.

use crate::words::bench::Bench;

impl Bench {
    pub(in crate::words) const JAPANESE: Self = Self {
        model_changed: |before, now| format!("モデルが{before}から{now}に変更されました。"),
        no_evaluation: "評価セットの文字体系がありません。このページにはOmniglotが含まれていません。",
        fetching: |done, all| format!("文字体系を取得しています：{done}/{all}。"),
        part_left: |done, all, seconds| format!("パート{done}/{all}、残り約{seconds:.0}秒。"),
        part: |done, all| format!("パート{done}/{all}。"),
        paused: |done, all| format!("パート{done}/{all}で一時停止中です。"),
        done: |seconds| format!("完了しました（{seconds:.1}秒）。"),
        ended: |reason, done, all| format!("{reason}パート{done}/{all}まで終わっていました。"),
        cancelled: "中止しました。",
        parts_done: "進み具合",
        as_svg: "SVGで保存",
        as_png: "PNGで保存",
        table: "数値を表で見る",
    };
}
