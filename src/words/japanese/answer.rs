//! [`crate::words::answer`] in Japanese.

use crate::words::answer::Answer;

impl Answer {
    pub(in crate::words) const JAPANESE: Self = Self {
        matches: "候補",
        all: |count| format!("全{count}文字を順に表示"),
        similar_before: "類似度 ",
        similar_after: "",
        none: " おそらくこの中にはありません",
        best_overlaid: "最も似た文字を、描いた文字に重ねています",
        centred: "描いた文字を中央に置き、大きさを揃えています",
        draw_first: "文字を描くと、サポートセットの中でよく似たものがここに並びます。",
        not_running: "認識エンジンは止まっていますが、用紙は使えます。",
        draw_already: |loading| format!("{loading}もう描き始められます。"),
        comparing: "比べています…",
        loading: "認識エンジンを読み込んでいます。",
        loading_engine: |bytes| format!("認識エンジンを読み込んでいます：{bytes}。"),
        loading_network: |bytes| format!("ネットワークを読み込んでいます：{bytes}。"),
        trying_devices: |done, total| format!("デバイスを試しています：{done}/{total}。"),
        reading_support: |done, total| {
            format!("サポートセットを読み込んでいます：{done}/{total}。")
        },
        comparing_drawings: |done, total| format!("文字を比べています：{done}/{total}。"),
        bytes: |done, total| format!("{total:.1} MB中{done:.1} MB"),
    };
}
