//! The page `#/learn`: one-shot learning in ten minutes.

use super::Name;

area! {
    Learn {
        title:
            "Twinglyph: one-shot learning in ten minutes",
            "Twinglyph：10分でわかるワンショット学習";
        heading: "One-shot learning in ten minutes", "10分でわかるワンショット学習";
        lead:
            "Eight short lessons to try out. The pad, the pictures and the numbers are real: they are those of the network that runs in this page.",
            "八つの短いレッスンです。用紙も図も数値も、このページの中で実際に動いているネットワークのものです。";
        one_title: "One example is all there is", "お手本は一つだけ";
        one_1:
            "A usual classifier is shown thousands of drawings of each character, and knows no other afterwards. One-shot learning has one example of each. Here are some characters. Which of them is a new drawing?",
            "普通の分類器には、文字ごとに何千もの例を見せます。それでも、ほかの文字は見分けられません。ワンショット学習では、例は一つずつだけです。下の文字がその例です。新しく描いた文字は、このうちのどれでしょうか。";
        one_2:
            "The examples are called the support set, the new drawing is the query. With twenty characters and one example of each, the task is called 20-way one-shot.",
            "この例の集まりを「サポートセット」、新しく描いた文字を「クエリ」と呼びます。20文字に例が一つずつあれば、「20-wayワンショット」の課題です。";
        set_of(alphabet: Name, count: usize):
            |alphabet, count| {
                format!(
                    "{alphabet}: {count} characters, an example of each. The network was not trained on evaluation alphabets, nor on invented ones."
                )
            },
            |alphabet, count| {
                format!(
                    "{alphabet}：{count}文字、例は一つずつ。評価用の文字体系と架空の文字体系は、ネットワークの学習に使っていません。"
                )
            };
        no_set: "Preparing the support set.", "サポートセットを準備しています。";
        draw_title: "Draw a query", "クエリを描く";
        draw_1:
            "Draw one of them, as badly as you like. A mouse will do.",
            "どれか一つを描いてみてください。下手でもかまいません。マウスでも十分です。";
        draw_2:
            "Nothing was learnt between your first stroke and this answer. The network only compares.",
            "最初の一画からこの答えまでの間に、何も学習していません。ネットワークは比べているだけです。";
        nothing_yet: "Nothing is drawn yet.", "まだ何も描かれていません。";
        like(name: Name, similarity: f32):
            |name, similarity| format!("{name}, {similarity:.2} similar"),
            |name, similarity| format!("{name}、類似度{similarity:.2}");
        sees_title: "What the network sees", "ネットワークが見ているもの";
        sees_1:
            "Before it is compared, your drawing gets a standard form: strokes as of Omniglot's pens, in the middle, and scaled to one size. (koch, the network of the paper, takes the sheet as it is.)",
            "比べる前に、描いた文字を一つの形にそろえます。Omniglotのペンで描いたような線にして、中央に置き、大きさを合わせます（論文のネットワークkochは、用紙をそのまま受け取ります）。";
        sees_2:
            "Try it: clear the pad and draw small, in a corner. It is the same drawing.",
            "用紙を消して、隅に小さく描いてみてください。それでも同じ文字として扱われます。";
        twins_title: "Two twins and a distance", "双子と距離";
        twins_1:
            "The network is a twin: two copies with the same learnt numbers, the weights. One looks at the query, the other at an example. Each sums up what it sees as a row of numbers, an embedding. If the two rows are close, the drawings are probably the same character.",
            "ネットワークは双子です。つまり、同じ重み（学習した数値）を持つ二つの複製です。一方はクエリを、もう一方は例を見て、見たものを数値の並び（埋め込み）にまとめます。二つの並びが近ければ、おそらく同じ文字です。";
        twins_2:
            "These are the similarities of your drawing with each example, from 0 to 1. They need not add up to 1: each pair is judged by itself.",
            "これは、描いた文字とそれぞれの例との類似度（0から1）です。合計が1になるとは限りません。どの組も別々に判断しているからです。";
        bars: "Similarity with each example, best first", "それぞれの例との類似度（高い順）";
        bar(name: Name, similarity: f32):
            |name, similarity| format!("{name}: {similarity:.2}"),
            |name, similarity| format!("{name}：{similarity:.2}");
        map_1:
            "Embeddings have hundreds of numbers. This map shows the two directions in which the examples differ most. Draw, and watch your drawing move on it.",
            "埋め込みは何百もの数値からなります。この地図の軸は、例どうしの違いが最も大きい二つの方向です。描きながら、自分の文字が動くのを見てみましょう。";
        trial_title: "A fair question: the trial", "公平な問い：試行";
        trial_1:
            "How good is that? Ask the same question many times: one drawing, and twenty examples by another hand, one of them the same character. Guessing is right in 5 % of such trials. People err in 4.5 % of the published ones.",
            "どのくらい正確なのでしょうか。同じ形の問いを何度も出します。一つの筆跡と、別の人が描いた20の例があり、その一つが同じ文字です。当てずっぽうで正解するのは5%です。公表された試行では、人は4.5%を間違えます。";
        trial_2:
            "Play a few against the network, and don't hurry: it doesn't tire.",
            "ネットワークと何問か対戦してみてください。急ぐ必要はありません。相手は疲れません。";
        trial_link: "Play against it", "対戦してみる";
        learn_title: "How it learnt to compare", "比べ方をどう学んだか";
        learn_1:
            "The network never learnt these characters. On other alphabets it learnt to tell same from different. Two drawings of one character were to come close, drawings of two characters to go apart. Koch's paper shows it such pairs. Here it learns from episodes: each of many characters is to be found among all others. It is asked in this form later, too.",
            "ネットワークは、これらの文字を学んだことがありません。別の文字体系で、同じか違うかを見分けることを学びました。同じ文字の組は近く、違う文字の組は遠くなるようにしたのです。Kochの論文では、このような組を見せます。ここでは「エピソード」から学びます。多くの文字のそれぞれを、ほかのすべての中から見つける、後で問われるのと同じ形の課題です。";
        learn_2:
            "You can continue this training here (fine-tuning), on alphabets of your choice, and see what gets better or worse.",
            "好きな文字体系で学習を続け（ファインチューニング）、良くなるか悪くなるかを確かめられます。";
        learn_link: "Fine-tune it", "ファインチューニングする";
        honest_title: "Measuring honestly", "正直に測る";
        honest_1:
            "To compare two networks, ask both the same: the 400 official trials, within one alphabet, by drawers that were not seen. Across all alphabets the choice is easier, since two alphabets rarely look alike. Numbers from there can't be compared with the paper's.",
            "二つのネットワークを比べるには、同じ問いを出します。公式の400試行では、一つの文字体系の中で、見たことのない書き手の筆跡を使います。すべての文字体系から選ぶと、文字体系どうしはあまり似ていないので、問題が易しくなります。その数値は論文のものとは比べられません。";
        honest_2:
            "400 trials are few: two errors more or less are chance. So beside each rate stands the interval in which the true one probably lies.",
            "400試行は多くありません。誤りが二つ増減しても偶然の範囲です。ですから、どの割合にも信頼区間（真の値がおそらく入る範囲）を添えています。";
        honest_link: "Rerun the official trials", "公式の試行を実行する";
        honest_compare:
            "Or watch two networks on one drawing",
            "一つの文字を二つのネットワークで比べてみる";
        own_title: "Make it yours", "自分のものにする";
        own_1:
            "Draw your own characters, name them, and write with them. Nothing needs to be trained: a new alphabet costs one drawing of each character.",
            "自分の文字を描き、名前を付け、それで書いてみてください。学習は要りません。新しい文字体系でも、文字ごとに一度描くだけで済みます。";
        own_link: "Teach it your characters", "自分の文字を教える";
        invitation:
            "New to this? One-shot learning in ten minutes",
            "初めての方へ：10分でわかるワンショット学習";
    }
}
