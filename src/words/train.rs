//! The page `#/train`: fine-tuning, and the models that are kept.

use super::{Name, many};

area! {
    Train {
        title: "Train the network", "ネットワークを学習させる";
        lead:
            "Press Start and watch a network learn: the beginner has never seen handwriting, and in about a minute it reads four scripts better. Training changes the network's weights, the numbers by which it compares drawings, in this browser. Drawing and trials go on meanwhile. Networks, alphabets and settings are yours to choose. To add characters of your own, go to Yours: that needs no training.",
            "「開始」を押すと、ネットワークが学ぶ様子を見られます。手書きの文字を見たことがない「初心者」が、一分ほどで四つの文字体系をよりよく見分けるようになります。学習では、このブラウザーの中でネットワークの重み（筆跡を比べるための数値）が変わります。その間も、描画と試行は続けられます。ネットワークや文字体系、設定は自由に選べます。自分の文字を加えるだけなら学習は要りません。「自作」のページを使ってください。";
        too_large(file: Name):
            |file| format!("{file} is larger than any network here."),
            |file| {
                format!("{file}は、ここで使えるどのネットワークよりも大きいファイルです。")
            };
        not_read(file: Name):
            |file| format!("{file} could not be read."),
            |file| format!("{file}を読み込めませんでした。");
        not_done:
            "The recogniser was restarted before this was done. Do it again.",
            "完了する前に認識エンジンを起動し直しました。もう一度操作してください。";
        lasts:
            "This browser keeps your models until you delete them.",
            "このブラウザーは、あなたが削除するまでモデルを保存します。";
        may_go:
            "Export the models that matter. This browser may remove them when space runs short, or when the page is not used for long.",
            "大切なモデルは書き出してください。空きが不足したときや、ページを長く使わなかったときに、ブラウザーが削除することがあります。";
        delete_question:
            "Delete every model and checkpoint that is kept in this browser?",
            "このブラウザーに保存されているモデルとチェックポイントをすべて削除しますか？";
        models: "Models", "モデル";
        models_here: "Models in this browser", "このブラウザーにあるモデル";
        files:
            "Models are safetensors files, which PyTorch and the command line can read. ",
            "モデルはsafetensors形式のファイルで、PyTorchやコマンドラインでも読み込めます。";
        none_kept: "No model is kept yet.", "保存されたモデルはまだありません。";
        use_shipped: "Use the built-in model", "標準のモデルを使う";
        export_shipped: "Export the built-in model", "標準のモデルを書き出す";
        import: "Import a file", "ファイルを読み込む";
        delete_all: "Delete all", "すべて削除";
        use_everywhere: "Use everywhere", "すべてのページで使う";
        export: "Export", "書き出す";
        delete: "Delete", "削除";
        official(errors: u32, trials: u32, step: u32, rate: f64, low: f64, high: f64):
            |errors, trials, step, rate, low, high| {
                format!(
                    "{errors} of {trials} wrong with the weights of step {step} or a little later: {rate:.2} % ({low:.1} to {high:.1} %)."
                )
            },
            |errors, trials, step, rate, low, high| {
                format!(
                    "ステップ{step}かその少し後の重みで、{trials}試行中{errors}試行が誤りです：{rate:.2}%（{low:.1}～{high:.1}%）。"
                )
            };
        official_now: "Run the official trials with these weights", "この重みで公式の試行を行う";
        ready: "Ready to start.", "開始できます。";
        fetching:
            "The alphabets and the weights are being fetched.",
            "文字体系と重みを取得しています。";
        speed(images: f32, seconds: f64):
            |images, seconds| {
                let images = many(images.round() as usize, "image");
                format!(", {images} a second, about {seconds:.0} s left")
            },
            |images, seconds| format!("、毎秒{images:.0}枚、残り約{seconds:.0}秒");
        step(step: u32, steps: u32, left: &str):
            |step, steps, left| format!("Step {step} of {steps}{left}."),
            |step, steps, left| format!("ステップ{step}/{steps}{left}。");
        paused(step: u32, steps: u32):
            |step, steps| {
                format!(
                    "Paused at step {step} of {steps}. What was learned is saved as a checkpoint."
                )
            },
            |step, steps| {
                format!(
                    "ステップ{step}/{steps}で一時停止中です。ここまでの結果をチェックポイントとして保存しました。"
                )
            };
        done(steps: u32):
            |steps| match steps {
                1 => "The only step is done.".to_owned(),
                _ => format!("All {steps} steps are done."),
            },
            |steps| format!("全{steps}ステップが終わりました。");
        cancelled(step: u32):
            |step| match step {
                0 => "Cancelled before the first step: nothing was learned.".to_owned(),
                _ => format!("Cancelled at step {step}. Keep what was learned, or drop it."),
            },
            |step| match step {
                0 => "最初のステップの前に中止しました。まだ何も学習していません。".to_owned(),
                _ => {
                    format!("ステップ{step}で中止しました。学習した結果を保存するか、破棄してください。")
                }
            };
        diverged(step: u32):
            |step| {
                format!(
                    "Lower the learning rate and start again. At step {step} the loss stopped being a number; the last good weights are still here."
                )
            },
            |step| {
                format!(
                    "学習率を下げて、もう一度始めてください。ステップ{step}で損失が数値ではなくなりました（発散）。直前の正常な重みは残っています。"
                )
            };
        device_failed(step: u32, reason: &str):
            |step, reason| {
                format!(
                    "The device failed at step {step} ({reason}). Go on from the checkpoint, on another device if need be."
                )
            },
            |step, reason| {
                format!(
                    "ステップ{step}でデバイスに障害が起きました（{reason}）。必要なら別のデバイスで、チェックポイントから再開してください。"
                )
            };
        interrupted(step: u32):
            |step| {
                format!(
                    "A run was interrupted. Its state at step {step} is kept here as a checkpoint."
                )
            },
            |step| {
                format!(
                    "学習が中断されました。ステップ{step}の状態がチェックポイントとして保存されています。"
                )
            };
        ended_unkept(steps: u32):
            |steps| {
                format!(
                    "A run has ended at step {steps}, and nobody has kept what it learned. Its checkpoint is here: go on from it to look at the network and keep it."
                )
            },
            |steps| {
                format!(
                    "ステップ{steps}で学習が終わっていますが、結果はまだ保存されていません。チェックポイントから再開すると、結果を見て保存できます。"
                )
            };
        interrupted_early:
            "The run was interrupted before its first checkpoint.",
            "最初のチェックポイントの前に学習が中断されました。";
        run: "Training run", "学習の実行";
        start: "Start", "開始";
        resume: "Go on from the checkpoint", "チェックポイントから再開";
        steps_done: "Steps done", "終わったステップ";
        rate_now: "Highest learning rate from now on", "これ以降の最大学習率";
        rate_is(rate: &str):
            |rate| format!("The learning rate is {rate} now."),
            |rate| format!("現在の学習率は{rate}です。");
        pausing: "Pausing after this step.", "このステップの後で一時停止します。";
        ending: "Ending after this step.", "このステップの後で終了します。";
        better(points: f64):
            |points| {
                let more = points.round().max(1.0);
                format!(
                    "The network got better: out of 100 characters that it did not learn from, it now gets {more:.0} more right. That is more than chance."
                )
            },
            |points| {
                let more = points.round().max(1.0);
                format!(
                    "ネットワークは良くなりました。学習に使わなかった文字100個のうち、正解が{more:.0}個増えました。偶然の範囲を超えています。"
                )
            };
        shown_title: "Held-out characters, one by one", "検証用の文字の答え";
        shown_before(right: usize, of: usize):
            |right, of| format!("Right before the run: {right} of these {of}. Press one to see its choices."),
            |right, of| format!("学習前は、この{of}問中{right}問が正解です。押すと選択肢が見られます。");
        shown_now(before: usize, now: usize, of: usize, step: u32):
            |before, now, of, step| {
                format!(
                    "Right before the run: {before} of these {of}; right at step {step}: {now}. A thick frame marks an answer that has turned."
                )
            },
            |before, now, of, step| {
                format!(
                    "この{of}問のうち、学習前は{before}問、ステップ{step}では{now}問が正解です。太い枠は、答えの正誤が変わった問題です。"
                )
            };
        shown_first(at: usize, right: bool):
            |at, right| format!("Trial {at}: {}", if right { "right" } else { "wrong" }),
            |at, right| format!("試行{at}：{}", if right { "正解" } else { "誤り" });
        and_more(label: &str, more: usize):
            |label, more| format!("{label} and {more} more"),
            |label, more| format!("{label}ほか{more}件");
        shown_one(at: usize, before: bool, now: bool):
            |at, before, now| {
                let word = |right| if right { "right" } else { "wrong" };
                format!("Trial {at}: {} before, {} now", word(before), word(now))
            },
            |at, before, now| {
                let word = |right| if right { "正解" } else { "誤り" };
                format!("試行{at}：学習前は{}、今は{}", word(before), word(now))
            };
        chosen_before: "chosen before", "学習前の答え";
        chosen_now: "chosen now", "今の答え";
        shown_choices(choices: usize):
            |choices| format!("It was compared with these {choices}; the first is right."),
            |choices| format!("比べた{choices}個の文字です。最初のものが正解です。");
        both_title: "Your drawing, before and after", "あなたの筆跡、学習の前と後";
        both_none:
            "Draw a character on the page Draw: its ranking by both networks stands here then.",
            "「描く」のページで文字を描くと、両方のネットワークの順位がここに並びます。";
        network_before: "Before the run", "学習前";
        network_after: "As it is trained now", "学習後";
        in_use(name: Name):
            |name| format!("The network in use ({name})"),
            |name| format!("使用中のネットワーク（{name}）");
        in_head(step: u32, steps: u32, paused: bool):
            |step, steps, paused| match (paused, step) {
                (true, _) => format!("Paused at step {step} of {steps}"),
                (false, 0) => "Training begins".to_owned(),
                (false, _) => format!("Training: step {step} of {steps}"),
            },
            |step, steps, paused| match (paused, step) {
                (true, _) => format!("ステップ{step}/{steps}で一時停止中"),
                (false, 0) => "学習を始めています".to_owned(),
                (false, _) => format!("学習中：ステップ{step}/{steps}"),
            };
        worse(points: f64):
            |points| {
                let fewer = points.round().max(1.0);
                format!(
                    "The network got worse: out of 100 characters that it did not learn from, it now gets {fewer:.0} fewer right. That is more than chance."
                )
            },
            |points| {
                let fewer = points.round().max(1.0);
                format!(
                    "ネットワークは悪くなりました。学習に使わなかった文字100個のうち、正解が{fewer:.0}個減りました。偶然の範囲を超えています。"
                )
            };
        same:
            "No clear change: the difference on held-out characters could be chance.",
            "はっきりした変化はありません。検証用の文字での差は、偶然の範囲です。";
        name: "Name ", "名前 ";
        keep: "Keep this model", "このモデルを保存";
        drop: "Drop it", "破棄する";
        accuracy(value: f64, trials: u32, low: f64, high: f64):
            |value, trials, low, high| {
                format!("{value:.1} % of {trials} ({low:.1} to {high:.1} %)")
            },
            |value, trials, low, high| {
                format!("{trials}件中{value:.1}%（{low:.1}～{high:.1}%）")
            };
        memory(worker: u64, device: u64):
            |worker, device| format!("{worker} MB, and {device} MB on the graphics device"),
            |worker, device| format!("{worker} MB、GPU上に{device} MB");
        right_before: "right on held-out characters, before", "検証用の文字の正解率、学習前";
        after: "after", "学習後";
        so_far: "so far, of fewer trials", "これまで（少ない試行で）";
        loss: "loss", "損失";
        memory_used: "memory in use", "使用メモリー";
        batch_as_seen:
            "Drawings of the last batch as the network saw them, both of a character side by side",
            "ネットワークから見た直前のバッチの筆跡。同じ文字の二枚を並べています";
        batch:
            "The last batch as the network saw it, both drawings of a character side by side.",
            "ネットワークから見た直前のバッチ。同じ文字の二枚を並べています。";
        instead(names: Name):
            |names| {
                format!(
                    "The proposed alphabets are not kept here and could not be fetched. This run learns from what is here: {names}."
                )
            },
            |names| {
                format!(
                    "提案の文字体系は保存されておらず、取得もできませんでした。代わりに、ここにある{names}で学習します。"
                )
            };
        no_checkpoint(reason: &str):
            |reason| {
                format!(
                    "The run goes on, but don't reload the page: it would be lost. No checkpoint could be kept: {reason}."
                )
            },
            |reason| {
                format!(
                    "学習は続きますが、ページを読み込み直さないでください。学習の結果が失われます。チェックポイントを保存できませんでした（{reason}）。"
                )
            };
        device_goes_on:
            "The device that computed the training failed. The run goes on from its checkpoint.",
            "学習を計算していたデバイスに障害が起きたため、チェックポイントから再開します。";
        fresh: "fresh weights", "初期化した重み";
        frozen_none: "none: everything learns", "なし：すべての層が学習します";
        frozen_first: "the first layer", "最初の層";
        frozen_residual: "up to the first residual block", "最初の残差ブロックまで";
        frozen_most: "all but the two outputs", "二つの出力層以外すべて";
        what: "What is to be learned", "学習の設定";
        from: "Start from", "出発点";
        from_line:
            "The beginner has seen invented characters only, so it learns much in a minute. The others tell characters apart already and learn little more.",
            "「初心者」は作り物の文字しか見たことがないため、一分で多くを学びます。ほかのネットワークはすでに文字を見分けられるので、あまり伸びません。";
        beginner: "the beginner: has never seen handwriting", "初心者：手書きの文字を見たことがない";
        is_koch:
            "Koch's network has 39 million weights, and a step takes seconds. Training needs 623 MB for the weights and what it notes about each (gradients, optimiser state). A checkpoint needs 467 MB more, a batch some hundred.",
            "Kochのネットワークには3900万個の重みがあり、1ステップに数秒かかります。学習には、重みと学習用の値（勾配、最適化の状態）で623 MBを使います。さらにチェックポイントで467 MB、バッチで数百MBを使います。";
        loss_kind: "Loss", "損失関数";
        episodes: "which of them is it? (episodes)", "どの文字か（エピソード）";
        pairs: "same or not? (Koch's pairs)", "同じ文字か（Kochのペア）";
        loss_line:
            "The loss says how wrong the answers were; training lowers it. An episode compares every character of a batch with every other.",
            "損失は、答えがどれだけ間違っていたかを表す数値で、学習はこれを小さくします。エピソードでは、バッチの中のすべての文字を互いに比べます。";
        rate: "Learning rate", "学習率";
        rate_line:
            "How far a step may move the weights, at most. The rate rises over the first tenth and then falls to zero.",
            "1ステップで重みを動かす幅の最大値です。最初の1割で上昇し、その後ゼロまで下がります。";
        steps: "Steps", "ステップ数";
        steps_line:
            "Each step learns from one batch of drawings. The proposed 300 take about a minute on two cores.",
            "1ステップで1バッチ（ひとまとまりの筆跡）を学習します。初めに入っている300ステップは、2コアで一分ほどかかります。";
        characters: "Characters in a batch", "バッチの文字数";
        characters_line:
            "A batch has two drawings of each. More are harder to tell apart, and slower.",
            "1文字につき筆跡を二つ使います。多いほど見分けるのが難しく、時間もかかります。";
        frozen: "Frozen layers", "凍結する層";
        frozen_line:
            "Frozen layers don't change. The others learn, with less that can go wrong.",
            "凍結した層は変わりません。残りの層は、より安定して学習します。";
        distort: "Distort the drawings", "筆跡を変形する";
        distort_line:
            "Changes drawings as if other people had drawn them. Without it, the network soon knows a few drawings by heart.",
            "別の人が描いたように変形します。これがないと、少ない筆跡をすぐに丸暗記してしまいます。";
        none_chosen: "none chosen", "未選択";
        nothing_held(learned: &str):
            |learned| format!("{learned}; nothing held out"),
            |learned| format!("{learned}、検証用なし");
        half_held(learned: &str):
            |learned| format!("{learned}; half of each held out"),
            |learned| format!("{learned}、それぞれ半分を検証用に使用");
        held(learned: &str, others: &str):
            |learned, others| format!("{learned}; held out: {others}"),
            |learned, others| format!("{learned}、検証用：{others}");
        hold_out: "hold out", "検証用";
        alphabets: "Alphabets", "文字体系";
        alphabets_line:
            "Check the alphabets to learn from. Those held out are kept back to test the network. Of an alphabet that is both, it learns every second character and is tested on the others. Has it learnt the script, or only the characters?",
            "学習に使う文字体系をチェックしてください。「検証用」の文字体系は、学習の結果を試すために使います。両方を選んだ文字体系では、一文字おきに学習し、残りの文字で試します。文字体系を学んだのか、文字を覚えただけなのかが分かります。";
        unfair:
            "Some of these are evaluation alphabets. The official trials are no fair test of a network that has learnt them.",
            "評価セットの文字体系が含まれています。これらを学習したネットワークでは、公式の試行は公平な評価になりません。";
        choose_one:
            "Choose at least one alphabet to learn from.",
            "学習に使う文字体系を一つ以上選んでください。";
        rate_range:
            "The learning rate must be above 0 and at most 0.1.",
            "学習率は0より大きく0.1以下にしてください。";
        steps_range:
            "The number of steps must be from 1 to 20,000.",
            "ステップ数は1～20,000にしてください。";
        characters_range:
            "A batch has 2 to 128 characters.",
            "バッチの文字数は2～128にしてください。";
        right_held: "right on held-out characters, %", "検証用の文字の正解率（%）";
        by_step(label: &str):
            |label| format!("{label}, by step"),
            |label| format!("ステップごとの{label}");
        steps_axis: "steps", "ステップ";
        choose_first:
            "Choose this network at the head of the page first. It is large, and must be fetched and timed on this device before it can learn.",
            "先にページ上部でこのネットワークを選んでください。大きいため、取得してこのデバイスでの速度を測るまで学習できません。";
        little_memory(memory: f64):
            |memory| {
                format!(
                    "Start from compact or deep instead. This network needs 1.6 GB and more to learn, and this device has {memory} GB in all."
                )
            },
            |memory| {
                format!(
                    "代わりにcompactかdeepから始めてください。このネットワークの学習には1.6 GB以上が必要ですが、このデバイスのメモリーは全部で{memory} GBです。"
                )
            };
        take_fewer(most: usize):
            |most| {
                format!("Take {most} characters or fewer a batch, or start from compact or deep.")
            },
            |most| {
                format!("バッチの文字数を{most}以下にするか、compactかdeepから始めてください。")
            };
        start_smaller:
            "Start from compact or deep instead.",
            "代わりにcompactかdeepから始めてください。";
        step_long(images: usize, seconds: f64, advice: &str):
            |images, seconds, advice| {
                format!(
                    "A step of {images} drawings would take about {seconds:.0} s on this device, too long to wait for. {advice}"
                )
            },
            |images, seconds, advice| {
                format!(
                    "このデバイスでは、筆跡{images}枚の1ステップに約{seconds:.0}秒かかり、待つには長すぎます。{advice}"
                )
            };
        kept_as(name: Name):
            |name| format!("Kept here as {name}."),
            |name| format!("{name}として保存しました。");
        kept_beside(wished: Name, name: Name):
            |wished, name| {
                format!("There is a model called {wished} already, so this one is kept as {name}.")
            },
            |wished, name| {
                format!("{wished}という名前のモデルがすでにあるため、{name}として保存しました。")
            };
        deleted(name: Name):
            |name| format!("{name} is deleted."),
            |name| format!("{name}を削除しました。");
        deleted_instead(name: Name, instead: Name):
            |name, instead| format!("{name} is deleted. {instead} is used instead."),
            |name, instead| format!("{name}を削除しました。代わりに{instead}を使います。");
        delete_used(name: Name, instead: Name):
            |name, instead| format!("{name} is in use. Delete it, and use {instead} instead?"),
            |name, instead| {
                format!("{name}は使用中です。削除して、代わりに{instead}を使いますか？")
            };
        undelete: "Restore it", "元に戻す";
        delete_one(name: Name):
            |name| format!("Delete {name}? This can't be undone."),
            |name| format!("{name}を削除しますか？元に戻せません。");
        unreadable(fault: &str):
            |fault| {
                format!("This model can't be used: {fault}. Its name is taken until you delete it.")
            },
            |fault| {
                format!("このモデルは使えません（{fault}）。削除するまで、同じ名前は使えません。")
            };
        begin_question:
            "Start a new run? What the last one has learned is kept nowhere else and will be lost.",
            "新しい学習を始めますか？前の学習の結果はほかに保存されておらず、失われます。";
        drop_question:
            "Drop what this run has learned? It is kept nowhere else.",
            "この学習の結果を破棄しますか？ほかには保存されていません。";
    }
}
