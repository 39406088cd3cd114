//! The answer: what the drawing is most like, and what is waited for.

area! {
    Answer {
        matches: "Matches", "候補";
        all(count: usize):
            |count| format!("All {count}, in order"),
            |count| format!("全{count}文字を順に表示");
        similar_before: "", "類似度 ";
        similar_after: " similar", "";
        none: " probably none of these", " おそらくこの中にはありません";
        guess: " only a best guess", " 推測です。あまり似ていません";
        best_overlaid:
            "The best match, laid over the drawing",
            "最も似た文字を、描いた文字に重ねています";
        centred: "The drawing, centred and scaled", "描いた文字を中央に置き、大きさを揃えています";
        draw_first:
            "Draw, and the most similar characters appear here.",
            "文字を描くと、よく似たものがここに並びます。";
        not_running:
            "The recogniser doesn't run. You can still draw.",
            "認識エンジンは止まっていますが、文字は描けます。";
        draw_already(loading: &str):
            |loading| format!("{loading} You can draw already."),
            |loading| format!("{loading}もう描き始められます。");
        comparing: "Comparing…", "比べています…";
        loading: "Loading the recogniser.", "認識エンジンを読み込んでいます。";
        loading_engine(bytes: &str):
            |bytes| format!("Loading the recogniser: {bytes}."),
            |bytes| format!("認識エンジンを読み込んでいます：{bytes}。");
        loading_network(bytes: &str):
            |bytes| format!("Loading the network: {bytes}."),
            |bytes| format!("ネットワークを読み込んでいます：{bytes}。");
        trying_devices(done: u64, total: u64):
            |done, total| format!("Trying devices: {done} of {total}."),
            |done, total| format!("デバイスを試しています：{done}/{total}。");
        reading_support(done: u64, total: u64):
            |done, total| format!("Reading the examples (support set): {done} of {total}."),
            |done, total| {
                format!("お手本（サポートセット）を読み込んでいます：{done}/{total}。")
            };
        comparing_drawings(done: u64, total: u64):
            |done, total| format!("Comparing drawings: {done} of {total}."),
            |done, total| format!("文字を比べています：{done}/{total}。");
        bytes(done: f64, total: f64):
            |done, total| format!("{done:.1} of {total:.1} MB"),
            |done, total| format!("{total:.1} MB中{done:.1} MB");
    }
}
