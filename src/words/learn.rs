//! The page `#/learn`: one-shot learning in ten minutes.

use super::Name;

area! {
    Learn {
        title:
            "Twinglyph: one-shot learning in ten minutes",
            "Twinglyph：10分でわかるワンショット学習";
        heading: "One-shot learning in ten minutes", "10分でわかるワンショット学習";
        lead:
            "Eight short lessons. Everything in them is alive: the pad, the pictures and the numbers are those of the network that runs in this page.",
            "八つの短いレッスンです。中にあるものはすべて実際に動いています。用紙も図も数値も、このページの中で動いているネットワークのものです。";
        one_title: "One example is all there is", "お手本は一つだけ";
        one_1:
            "A usual classifier is shown thousands of drawings of each class, and knows no other class afterwards. One-shot learning asks for less and for more: here is one example of each of some characters. Which of them is a new drawing?",
            "普通の分類器には、クラスごとに何千もの例を見せます。そして、それ以外のクラスは扱えません。ワンショット学習では事情が違います。ここには、いくつかの文字の例が一つずつあります。新しく描いた文字は、このうちのどれでしょうか。";
        one_2:
            "The examples are called the support set, the new drawing is the query, and with twenty classes of one example each the task is called 20-way one-shot.",
            "この例の集まりを「サポートセット」、新しく描いた文字を「クエリ」と呼びます。20クラスに例が一つずつなら、「20-wayワンショット」の課題です。";
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
        no_set: "The support set is on its way.", "サポートセットを準備しています。";
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
            "Before anything is compared, your drawing is brought into one form: its strokes as Omniglot's pens would have drawn them, in the middle, and scaled to one size (koch, the network of the paper, takes the sheet as it is).",
            "比べる前に、描いた文字を一つの形にそろえます。Omniglotのペンで描いたような線にして、中央に置き、大きさを合わせます（論文のネットワークkochは、用紙をそのまま受け取ります）。";
        sees_2:
            "So a small drawing in a corner is the same drawing. Try it: clear the pad and draw small.",
            "ですから、隅に小さく描いても同じ文字です。用紙を消して、小さく描いて試してみてください。";
        twins_title: "Two twins and a distance", "双子と距離";
        twins_1:
            "The network is a twin: one half looks at the query, the other, with the same weights, at an example. Each sums up what it sees as a row of numbers, an embedding. Where the two rows are close, the drawings are probably the same character.",
            "ネットワークは双子です。一方がクエリを、同じ重みを持つもう一方が例を見ます。それぞれが、見たものを数の並び、つまり「埋め込み」にまとめます。二つの並びが近ければ、おそらく同じ文字です。";
        twins_2:
            "These are the similarities of your drawing with each example, from 0 to 1. They need not add up to 1: each pair is judged by itself.",
            "これは、描いた文字とそれぞれの例との類似度（0から1）です。合計が1になるとは限りません。どの組も別々に判断しているからです。";
        bars: "Similarity with each example, best first", "それぞれの例との類似度（高い順）";
        bar(name: Name, similarity: f32):
            |name, similarity| format!("{name}: {similarity:.2}"),
            |name, similarity| format!("{name}：{similarity:.2}");
        map_1:
            "Embeddings have hundreds of numbers. On a map of the two directions in which the examples differ most, your drawing moves as you draw.",
            "埋め込みは何百もの数からなります。例どうしの違いが最も大きい二つの方向を軸にした地図の上で、描いた文字が動きます。";
        trial_title: "A fair question: the trial", "公平な問い：試行";
        trial_1:
            "How good is that? Ask the same question many times: one drawing, twenty examples by another hand, one of them the same character. Chance is right in 5 % of such trials; people err in 4.5 % of the published ones.",
            "どのくらい正確なのでしょうか。同じ形の問いを何度も出します。一つの筆跡と、別の人が描いた20の例があり、その一つが同じ文字です。当てずっぽうで正解するのは5%です。公表された試行で、人の誤りは4.5%です。";
        trial_2:
            "Play a few against the network, and don't hurry: it doesn't tire.",
            "ネットワークと何問か対戦してみてください。急ぐ必要はありません。相手は疲れません。";
        trial_link: "Play a session", "対戦してみる";
        learn_title: "How it learnt to compare", "比べ方の学び方";
        learn_1:
            "The network never learnt these characters. It learnt, on other alphabets, to tell same from different: pairs of drawings of one character were to come close, pairs of two to go apart. Koch's paper shows it pairs; here it learns from whole episodes, in which each of many characters is to be found among all others, and does so in the form in which it is asked later.",
            "ネットワークは、これらの文字を学んだことがありません。別の文字体系で、同じか違うかを見分けることを学びました。同じ文字の組は近く、違う文字の組は遠くなるようにです。Kochの論文では組を見せます。ここでは「エピソード」全体から学びます。エピソードでは、多くの文字のそれぞれを、ほかのすべての中から見つけます。後で問われるのと同じ形です。";
        learn_2:
            "You can go on with that in this page, on alphabets of your choice, and see what it brings, or spoils.",
            "このページで、好きな文字体系を使ってその続きを行い、良くなるか悪くなるかを確かめられます。";
        learn_link: "Fine-tune it", "ファインチューニングする";
        honest_title: "Measuring honestly", "正直に測る";
        honest_1:
            "Whoever compares two networks must ask both the same: the 400 official trials, within one alphabet, by drawers that were not seen. Across all alphabets the choice is easier, since two alphabets rarely look alike, and numbers from there are no match for the paper's.",
            "二つのネットワークを比べるなら、同じ問いを出さなければなりません。公式の400試行では、一つの文字体系の中で、見たことのない書き手の筆跡を使います。すべての文字体系から選ぶ場合は、文字体系どうしがあまり似ていないので問題が易しくなり、論文の数値とは比べられません。";
        honest_2:
            "400 trials are few: two errors more or less are chance. So an interval stands beside each rate.",
            "400試行は多くありません。誤りが二つ増減しても偶然の範囲です。ですから、どの割合にも信頼区間を添えています。";
        honest_link: "Rerun the official trials", "公式の試行を実行する";
        own_title: "Make it yours", "自分のものにする";
        own_1:
            "Since nothing needs to be trained, a new alphabet costs one drawing of each character. Draw your own, name them, and write with them.",
            "学習が要らないので、新しい文字体系に必要なのは、文字ごとに一度描くことだけです。自分の文字を描き、名前を付け、それで書いてみてください。";
        own_link: "Teach it your characters", "自分の文字を教える";
        invitation:
            "New to this? One-shot learning in ten minutes",
            "初めての方へ：10分でわかるワンショット学習";
    }
}
