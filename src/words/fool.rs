//! The page `#/fool`: a drawing that the network reads in one way, and people in another.

use super::{Name, many};

area! {
    Fool {
        invitation:
            "A game for two or a class: fool the twin",
            "二人でもクラスでも遊べるゲーム：双子をだます";
        heading: "Fool the twin", "双子をだます";
        lead:
            "Draw a character so that people read one thing and the network another. Then let people vote, and see who is fooled.",
            "人が読む文字と、ネットワークが読む文字とが食い違うように描いてください。続いて投票してもらい、結果を比べましょう。";
        draw: "Draw", "描く";
        draw_how(alphabet: Name, count: usize):
            |alphabet, count| {
                format!(
                    "The network chooses among {} ({alphabet}). Draw one of them. Then change it until the network takes it for another, and people still read it right.",
                    many(count, "character")
                )
            },
            |alphabet, count| {
                format!(
                    "ネットワークは{count}文字（{alphabet}）の中から選びます。まずその一つを描いてください。次に、人には正しく読めるまま、ネットワークだけが取り違えるように変えてみましょう。"
                )
            };
        examples: "The characters to choose from", "選択肢の文字";
        other_set:
            "Choose other characters beside the pad",
            "用紙のページでほかの文字を選ぶ";
        takes_for: "The network takes it for", "ネットワークの読み";
        nothing_yet:
            "Draw something. Here you see what the network takes it for.",
            "何か描くと、ネットワークの読みがここに表示されます。";
        is_similar(name: Name, similarity: f32):
            |name, similarity| format!("{name}, {similarity:.2} similar"),
            |name, similarity| format!("{name}（類似度{similarity:.2}）");
        similar_note:
            "Similarity goes from 0 to 1: the higher, the more certain the network is.",
            "類似度は0から1までで、高いほどネットワークの確信が強いことを表します。";
        ask: "Ask people", "みんなに聞く";
        ask_title: "What do you read?", "何と読みますか";
        ask_how:
            "Press the character that you read. Each press is one person's vote. Then pass the device on, or send the link.",
            "読めた文字を押してください。一回押すと一人分の票になります。押したら次の人に端末を渡すか、リンクを送ってください。";
        keys:
            "On a keyboard, each character has its letter. The network's answer is hidden until the result.",
            "キーボードでは、各文字に付いた英字でも投票できます。ネットワークの答えは結果まで見えません。";
        candidates: "Characters to vote for", "投票できる文字";
        asked: "The drawing to vote on", "投票する文字";
        votes(count: usize):
            |count| format!("{} so far", many(count, "vote")),
            |count| format!("これまでの票：{count}票");
        voted(count: usize):
            |count| {
                format!(
                    "Your vote is counted: {} now. Pass the device on, or show the result.",
                    many(count, "vote")
                )
            },
            |count| {
                format!("投票を受け付けました（合計{count}票）。次の人に渡すか、結果を表示してください。")
            };
        taken_back(count: usize):
            |count| format!("The last vote is taken back: {} now.", many(count, "vote")),
            |count| format!("最後の票を取り消しました（合計{count}票）。");
        full:
            "There are as many votes as a round takes. Show the result, or draw something else.",
            "この回の票数は上限に達しました。結果を表示するか、別の文字を描いてください。";
        undo: "Take the last vote back", "最後の票を取り消す";
        show: "Show the result", "結果を表示";
        vote_first:
            "Vote first: the result comes after your vote.",
            "先に投票してください。結果はその後に表示できます。";
        show_title: "Who is fooled?", "だまされたのは誰？";
        fooled(network: Name, similarity: f32, others: u32, total: usize):
            |network, similarity, others, total| {
                format!(
                    "The network is fooled! It takes the drawing for {network}, {similarity:.2} similar. But of {}, {others} went to something else.",
                    many(total, "vote")
                )
            },
            |network, similarity, others, total| {
                format!(
                    "ネットワークはだまされました。ネットワークの読みは{network}（類似度{similarity:.2}）ですが、{total}票のうち{others}票はほかの文字でした。"
                )
            };
        draws(network: Name, similarity: f32, others: u32, total: usize):
            |network, similarity, others, total| {
                format!(
                    "A draw. The network takes the drawing for {network}, {similarity:.2} similar. Of {}, just half ({others}) went to something else.",
                    many(total, "vote")
                )
            },
            |network, similarity, others, total| {
                format!(
                    "引き分けです。ネットワークの読みは{network}（類似度{similarity:.2}）で、{total}票のうちちょうど半分の{others}票がほかの文字でした。"
                )
            };
        agreed(network: Name, similarity: f32, others: u32, total: usize):
            |network, similarity, others, total| {
                format!(
                    "Nobody is fooled. The network takes the drawing for {network}, {similarity:.2} similar, and most people read the same. Of {}, {others} went to something else.",
                    many(total, "vote")
                )
            },
            |network, similarity, others, total| {
                format!(
                    "誰もだまされていません。ネットワークの読みは{network}（類似度{similarity:.2}）で、多くの人も同じ文字を選びました。ほかの文字は{total}票のうち{others}票でした。"
                )
            };
        no_votes(network: Name, similarity: f32):
            |network, similarity| {
                format!(
                    "Nobody has voted yet. The network takes the drawing for {network}, {similarity:.2} similar."
                )
            },
            |network, similarity| {
                format!(
                    "まだ誰も投票していません。ネットワークの読みは{network}（類似度{similarity:.2}）です。"
                )
            };
        score(score: f32, similarity: f32, percent: f32):
            |score, similarity, percent| {
                format!(
                    "Score: {score:.2} of 1. That is the network's similarity, {similarity:.2}, times the share of votes for something else, {percent:.0} %."
                )
            },
            |score, similarity, percent| {
                format!(
                    "スコアは1点満点中{score:.2}点です。ネットワークの類似度{similarity:.2}に、ほかの文字への票の割合{percent:.0}%を掛けた値です。"
                )
            };
        bars: "Votes for each character", "文字ごとの票数";
        row(name: Name, count: usize):
            |name, count| format!("{name}: {}", many(count, "vote")),
            |name, count| format!("{name}：{count}票");
        networks: "the network's choice", "ネットワークの読み";
        ink: "The ink that decides", "決め手となる部分";
        ink_how:
            "The network is asked again with one part of the drawing hidden after another. Where hiding a part makes the two less alike, that ink is red.",
            "描いた文字の一部分ずつを隠して、ネットワークに聞き直した結果です。隠すと似なくなる部分が赤で示されます。";
        ink_network:
            "Red speaks for the network's choice, blue against it.",
            "赤はネットワークの読みを支持する部分、青は反対する部分です。";
        ink_people:
            "Red speaks for what people read, blue against it.",
            "赤は人の読みを支持する部分、青は反対する部分です。";
        more_votes: "Ask more people", "もっと聞く";
        draw_on: "Change the drawing", "描き直す";
        give_up_votes:
            "A link has come with another drawing. Open it? The votes on the present one are then gone.",
            "別の文字のリンクを開こうとしています。続けますか。続けると、今の票はなくなります。";
        votes_kept:
            "The votes are kept. Open the link again when this round is over.",
            "票は残してあります。この回が終わったら、もう一度リンクを開いてください。";
        link_how:
            "Whoever opens the link votes first, then sees all votes so far, and can pass on a link with one vote more. Nothing is kept on a server.",
            "リンクを開いた人は、まず投票し、それからすべての票を見られます。自分の票を加えたリンクを次の人に送れます。サーバーには何も保存されません。";
        sent:
            "Somebody sent you this drawing. Vote first: the votes so far and the network's answer come after. Undo on the pad brings back what was there.",
            "この文字はほかの人から届きました。まず投票してください。これまでの票とネットワークの答えは、その後に表示されます。前の用紙は「元に戻す」で戻せます。";
        guest:
            "It is compared with somebody else's characters. Your own are kept: ",
            "ほかの人の文字と比べています。あなたの文字は残っています。";
        back_to_own: "go back to them on the page of your set.", "自作のページで戻せます。";
        waiting:
            "Waiting for the characters of the link.",
            "リンクで使う文字を取得しています。";
        votes_astray:
            "The votes of the link don't fit its characters. Ask for it once more. Nothing here has changed.",
            "リンクの票が、比べる文字と合いません。もう一度送ってもらってください。ここにあるものは元のままです。";
    }
}
