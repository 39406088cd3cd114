use crate::words::device::Device;

impl Device {
    pub(in crate::words) const JAPANESE: Self = Self {
        not_running: "停止中",
        loading: "読み込み中",
        title: "ネットワークが動く場所",
        none: "現在、計算に使えるデバイスがありません。",
        later: "ネットワークを読み込んだ後、デバイスを試します。",
        views: |views| format!("、一つの文字を{views}通りに見ます"),
        model: |name, parameters, views| format!("{name}：パラメーター{parameters}個{views}"),
        last: |time| format!("直前の認識にかかった時間：{time}。"),
        device: "デバイス",
        override_: "使用デバイス ",
        fastest: "正しく最も速いもの",
        processor: "CPU",
        agrees: |time, off| format!("1文字あたり{time}。計算結果は正しい値です（{off}）"),
        disagrees: |off| format!("計算結果が正しくないため（{off}）、使いません"),
        exact: "最後の桁まで一致",
        off_by: |deviation| format!("誤差は最大{deviation:.0e}"),
    };
}
