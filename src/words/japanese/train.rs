//! [`crate::words::train`] in Japanese.

use crate::words::train::Train;

impl Train {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "文字体系を学習させる",
        lead: "選んだ文字体系の一部の文字でネットワークをこのブラウザーの中でファインチューニングし、残りの文字で検証します。その間も、描画と試行はそれまでの重みで続けられます。",
        too_large: |file| {
            format!("{file}は、ここで使えるどのネットワークよりも大きいファイルです。")
        },
        not_read: |file| format!("{file}を読み込めませんでした。"),
        not_done: "完了する前に認識エンジンを起動し直しました。もう一度操作してください。",
        lasts: "このブラウザーは、あなたが削除するまでモデルを保存します。",
        may_go: "空きが不足したときや、ページを長く使わなかったときに、ブラウザーがモデルを削除することがあります。大切なものは書き出してください。",
        delete_question: "このブラウザーに保存されているモデルとチェックポイントをすべて削除しますか？",
        models: "モデル",
        models_here: "このブラウザーにあるモデル",
        files: "ファイルはsafetensors形式で、PyTorchやコマンドラインでも読み込めます。",
        none_kept: "保存されたモデルはまだありません。",
        use_shipped: "標準のモデルを使う",
        export_shipped: "標準のモデルを書き出す",
        import: "ファイルを読み込む",
        delete_all: "すべて削除",
        use_everywhere: "すべてのページで使う",
        export: "書き出す",
        delete: "削除",
        official: |errors, trials, step, rate, low, high| {
            format!(
                "ステップ{step}かその少し後の重みで、{trials}試行中{errors}試行が誤りです：{rate:.2}%（{low:.1}～{high:.1}%）。"
            )
        },
        official_now: "この重みで公式の試行を行う",
        ready: "開始できます。",
        fetching: "文字体系と重みを取得しています。",
        speed: |images, seconds| format!("、毎秒{images:.0}枚、残り約{seconds:.0}秒"),
        step: |step, steps, left| format!("ステップ{step}/{steps}{left}。"),
        paused: |step, steps| {
            format!("ステップ{step}/{steps}で一時停止中です。チェックポイントを保存しました。")
        },
        done: |steps| format!("全{steps}ステップが終わりました。"),
        cancelled: |step| {
            format!("ステップ{step}で中止しました。学習した結果を保存するか、破棄してください。")
        },
        diverged: |step| {
            format!(
                "ステップ{step}で損失が数値ではなくなりました（発散）。直前の正常な重みは残っています。学習率を下げてください。"
            )
        },
        device_failed: |step, reason| {
            format!(
                "ステップ{step}でデバイスに障害が起きました（{reason}）。必要なら別のデバイスで、チェックポイントから再開してください。"
            )
        },
        interrupted: |step| {
            format!("学習が中断されました。ステップ{step}のチェックポイントが保存されています。")
        },
        interrupted_early: "最初のチェックポイントの前に学習が中断されました。",
        run: "学習の実行",
        start: "開始",
        resume: "チェックポイントから再開",
        steps_done: "終わったステップ",
        rate_now: "これ以降の最大学習率",
        now: "現在：",
        stop: "。",
        name: "名前 ",
        keep: "このモデルを保存",
        drop: "破棄する",
        accuracy: |value, trials, low, high| {
            format!("{trials}件中{value:.1}%（{low:.1}～{high:.1}%）")
        },
        memory: |worker, device| format!("{worker} MB、GPU上に{device} MB"),
        right_before: "検証用の文字の正解率、学習前",
        after: "学習後",
        loss: "損失",
        memory_used: "使用メモリー",
        batch_as_seen: "ネットワークから見た直前のバッチの筆跡。同じ文字の二枚を並べています",
        batch: "ネットワークから見た直前のバッチ。同じ文字の二枚を並べています。",
        no_checkpoint: |reason| {
            format!(
                "チェックポイントを保存できませんでした（{reason}）。学習は続きますが、ページを読み込み直すと失われます。"
            )
        },
        device_goes_on: "学習の計算に障害が起きたため、チェックポイントから再開します。",
        fresh: "初期化した重み",
        frozen_none: "なし：すべての層が学習します",
        frozen_first: "最初の層",
        frozen_residual: "最初の残差ブロックまで",
        frozen_most: "二つの出力層以外すべて",
        as_shipped: |name| format!("{name}（標準）"),
        what: "学習の設定",
        from: "出発点",
        from_line: "すでに文字を見分けられる重みなら、数分で文字体系を学習します。",
        is_koch: "これは3900万個の数値を持つKochのネットワークです。重み、勾配、最適化の状態で623 MB、チェックポイントでさらに467 MB、バッチで数百MBを使います。1ステップに数秒かかります。",
        loss_kind: "損失関数",
        episodes: "どの文字か（エピソード）",
        pairs: "同じ文字か（Kochのペア）",
        loss_line: "エピソードでは、バッチの中のすべての文字を互いに比べます。",
        rate: "学習率",
        rate_line: "最大値です。最初の1割で上昇し、その後ゼロまで下がります。",
        steps: "ステップ数",
        steps_line: "1ステップで1バッチを学習します。150ステップは、小型のCPUで2～4分かかります。",
        characters: "バッチの文字数",
        characters_line: "どの文字も筆跡を二つ使います。多いほど見分けるのが難しく、時間もかかります。",
        frozen: "凍結する層",
        frozen_line: "凍結した層は学んだことを保ち、残りの層はより安定して学習します。",
        distort: "筆跡を変形する",
        distort_line: "別の人が描いたように変形します。これがないと、少ない筆跡をすぐに丸暗記してしまいます。",
        none_chosen: "未選択",
        nothing_held: |learned| format!("{learned}、検証用なし"),
        half_held: |learned| format!("{learned}、それぞれ半分を検証用に使用"),
        held: |learned, others| format!("{learned}、検証用：{others}"),
        hold_out: "検証用",
        alphabets: "文字体系",
        alphabets_line: "チェックした文字体系で学習し、検証用の文字体系で試します。両方を選んだ文字体系では、一文字おきに学習し、残りの文字で試します。文字体系を学んだのか、文字を覚えただけなのかが分かります。",
        unfair: "評価セットの文字体系が含まれています。これらを学習したネットワークでは、公式の試行は公平な評価になりません。",
        choose_one: "学習に使う文字体系を一つ以上選んでください。",
        rate_range: "学習率は0より大きく0.1以下にしてください。",
        steps_range: "ステップ数は1～20,000にしてください。",
        characters_range: "バッチの文字数は2～128にしてください。",
        right_held: "検証用の文字の正解率（%）",
        by_step: |label| format!("ステップごとの{label}"),
        steps_axis: "ステップ",
        choose_first: "先にページ上部でこのネットワークを選んでください。大きいため、取得してこのデバイスでの速度を測るまで学習できません。",
        little_memory: |memory| {
            format!(
                "このネットワークの学習には1.6 GB以上が必要ですが、このデバイスのメモリーは全部で{memory} GBです。代わりにcompactかdeepから始めてください。"
            )
        },
        take_fewer: |most| {
            format!("バッチの文字数を{most}以下にするか、compactかdeepから始めてください。")
        },
        start_smaller: "代わりにcompactかdeepから始めてください。",
        step_long: |images, seconds, advice| {
            format!(
                "このデバイスでは、筆跡{images}枚の1ステップに約{seconds:.0}秒かかり、待つには長すぎます。{advice}"
            )
        },
        kept_as: |name| format!("{name}として保存しました。"),
        kept_beside: |wished, name| {
            format!("{wished}という名前のモデルがすでにあるため、{name}として保存しました。")
        },
        deleted: |name| format!("{name}を削除しました。"),
        undelete: "元に戻す",
        delete_one: |name| format!("{name}を削除しますか？元に戻せません。"),
        unreadable: |fault| {
            format!("このモデルは使えません（{fault}）。削除するまで、同じ名前は使えません。")
        },
        begin_question: "新しい学習を始めますか？前の学習の結果はほかに保存されておらず、失われます。",
        drop_question: "この学習の結果を破棄しますか？ほかには保存されていません。",
    };
}
