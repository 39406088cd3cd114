//! Japanese, in the polite form (です・ます), without spaces between Japanese and Latin letters.
//!
//! One word for one thing:
//!
//! | English | Japanese |
//! |---|---|
//! | support set | サポートセット |
//! | query | クエリ |
//! | N-way, one-shot | N-way、ワンショット |
//! | embedding | 埋め込み |
//! | twin network | ツインネットワーク |
//! | episode | エピソード |
//! | trial; run of 20 trials | 試行、ラン |
//! | similarity | 類似度 |
//! | alphabet | 文字体系 |
//! | evaluation, background set | 評価セット、背景セット |
//! | invented | 架空 |
//! | drawing: the person's; of the data | 描いた文字、筆跡 |
//! | drawer | 書き手 |
//! | example of a class | 例、お手本 |
//! | pad | 用紙 |
//! | fine-tuning, run of training | ファインチューニング、学習 |
//! | held out | 検証用 |
//! | weights, learning rate, loss | 重み、学習率、損失 |
//! | checkpoint | チェックポイント |
//! | frozen layer | 凍結した層 |
//! | verification | 照合 |
//! | to take one for another | 取り違える |
//! | map of the embeddings | 埋め込みの地図 |
//! | contact sheet, its cells | コンタクトシート、マス |
//! | the person's own characters | 自分の文字 |
//! | accuracy, error rate | 正解率、誤り率 |
//! | recogniser | 認識エンジン |
//! | device, processor, graphics | デバイス、CPU、GPU |
//!
//! Names stay as they are: Omniglot, WebGPU, the models, the alphabets, the authors of papers.

mod about;
mod alphabet;
mod answer;
mod bench;
mod common;
mod confusion;
mod device;
mod draw;
mod embed;
mod explain;
mod failures;
mod head;
mod import;
mod learn;
mod measures;
mod network;
mod notice;
mod own;
mod print;
mod published;
mod refusals;
mod review;
mod teach;
mod train;
mod trials;
mod typing;
