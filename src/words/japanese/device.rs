//! [`crate::words::device`] in Japanese.

use twinglyph_core::protocol::{DeviceReason, Job, Obstacle};

use crate::words::device::Device;

fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NoAdapter => {
            "このブラウザーには使えるグラフィックスアダプターがありません".to_owned()
        }
        Obstacle::Software => {
            "このブラウザーのグラフィックスはCPUで計算されるため、CPUを直接使うほうが速く動きます"
                .to_owned()
        }
        Obstacle::Silent => "ブラウザーのグラフィックス機能が応答しません".to_owned(),
        Obstacle::NotBuilt => "このビルドにはWebGPUが含まれていません".to_owned(),
        Obstacle::TooLarge { layer, most } => format!(
            "このネットワークには{layer} MiBの層がありますが、このアダプターが一度に扱えるのは{most} MiBまでです"
        ),
        Obstacle::Lost { said } => format!("デバイスが失われました：{said}"),
        Obstacle::Failed { said } => format!("試している間に障害が起きました：{said}"),
    }
}

fn reason(reason: &DeviceReason) -> String {
    match reason {
        DeviceReason::CpuAsked => "CPUが指定されています。".to_owned(),
        DeviceReason::CpuMeanwhile => {
            "ブラウザのグラフィックスがまだ応答しないため、CPUで続けます。".to_owned()
        }
        DeviceReason::CpuFirst => "CPUは準備できました。WebGPUを試しています。".to_owned(),
        DeviceReason::CpuFaster { times } => {
            format!("WebGPUも使えますが、CPUのほうが{times:.1}倍速く計算できます。")
        }
        DeviceReason::WebGpuAsked => "WebGPUが指定されており、計算結果は正しい値です。".to_owned(),
        DeviceReason::WebGpuFaster { times } => {
            format!("WebGPUの計算結果は正しく、CPUより{times:.1}倍速く計算できます。")
        }
        DeviceReason::NoWebGpu(why) => format!("ここではWebGPUを使えません：{}", obstacle(why)),
        DeviceReason::WebGpuWrong { deviation } => format!(
            "ここではWebGPUの計算結果が正しくないため（誤差{deviation:.0e}）、CPUで計算します。"
        ),
        DeviceReason::WebGpuLost { said } => {
            format!("WebGPUデバイスが失われました（{said}）。CPUで続けます。")
        }
    }
}

impl Device {
    pub(in crate::words) const JAPANESE: Self = Self {
        not_running: "停止中",
        loading: "読み込み中",
        title: "ネットワークが動く場所",
        none: "現在、計算に使えるデバイスがありません。",
        later: "ネットワークを読み込んだ後、デバイスを試します。",
        views: |views| format!("、一つの文字を最大{views}通りに見ます"),
        model: |name, parameters, views| format!("{name}：パラメーター{parameters}個{views}"),
        last: |time, views| {
            format!("直前の認識にかかった時間：{time}（文字を{views}通りに見た結果です）。")
        },
        device: "デバイス",
        override_: "使用デバイス ",
        fastest: "正しく最も速いもの",
        processor: "CPU",
        agrees: |time, off| format!("1文字あたり{time}。計算結果は正しい値です（{off}）"),
        disagrees: |off| format!("計算結果が正しくないため（{off}）、使いません"),
        exact: "最後の桁まで一致",
        off_by: |deviation| format!("誤差は最大{deviation:.0e}"),
        job: |job| {
            let words = match job {
                Job::Rank => "1文字の認識",
                Job::Batch => "64枚のまとめ処理",
                Job::Train => "学習の1ステップ",
            };
            words.to_owned()
        },
        place: |kind, workers| match workers {
            1 => kind.to_owned(),
            _ => format!("{kind}（ワーカー{workers}個）"),
        },
        runs: |shown, time| match time {
            "" => format!("{shown}。まだ測っていません"),
            _ => format!("{shown}（{time}）"),
        },
        reason,
        obstacle,
    };
}
