//! The device that the network runs on, and how the others did.

use twinglyph_core::protocol::{DeviceReason, Job, Obstacle};

use super::Name;

area! {
    Device {
        not_running: "not running", "停止中";
        loading: "loading", "読み込み中";
        title: "Where the network runs", "ネットワークが動く場所";
        after_fault:
            "WebGPU stopped the recogniser, so the CPU computes until the page is reloaded.",
            "WebGPUで認識エンジンが止まったため、ページを読み込み直すまでCPUで計算します。";
        none: "No device is in use.", "今はどのデバイスも使っていません。";
        later:
            "Devices are tried once the network is loaded.",
            "ネットワークを読み込んだ後、デバイスを試します。";
        views(views: u32):
            |views| format!(", each drawing seen in up to {views} ways"),
            |views| format!("、一つの文字を最大{views}通りに見ます");
        model(name: Name, parameters: &str, views: &str):
            |name, parameters, views| {
                format!("{name}: {parameters} parameters (learnt numbers){views}")
            },
            |name, parameters, views| {
                format!("{name}：パラメーター（学習した数値）{parameters}個{views}")
            };
        last(time: &str, views: u32):
            |time, views| match views {
                1 => format!("The last ranking took {time}, by the drawing seen in one way."),
                views => {
                    format!("The last ranking took {time}, by the drawing seen in {views} ways.")
                }
            },
            |time, views| {
                format!("直前の認識にかかった時間：{time}（文字を{views}通りに見た結果です）。")
            };
        device: "Device", "デバイス";
        override_: "Use ", "使用デバイス ";
        fastest: "the fastest that computes right", "正しく計算できる最も速いもの";
        processor: "the processor (CPU)", "CPU";
        agrees(time: &str, off: &str):
            |time, off| format!("{time} a drawing; its results are right ({off})"),
            |time, off| format!("1文字あたり{time}。計算結果は正しい値です（{off}）");
        disagrees(off: &str):
            |off| format!("its results are wrong ({off}), so it isn't used"),
            |off| format!("計算結果が正しくないため（{off}）、使いません");
        exact: "to the last digit", "最後の桁まで一致";
        off_by(deviation: f32):
            |deviation| format!("off by {deviation:.0e} at most"),
            |deviation| format!("誤差は最大{deviation:.0e}");
        job(job: Job):
            |job| {
                let words = match job {
                    Job::Rank => "A drawing",
                    Job::Batch => "64 images at once",
                    Job::Train => "A training step",
                };
                words.to_owned()
            },
            |job| {
                let words = match job {
                    Job::Rank => "1文字の認識",
                    Job::Batch => "64枚のまとめ処理",
                    Job::Train => "学習の1ステップ",
                };
                words.to_owned()
            };
        place(kind: &str, workers: u32):
            |kind, workers| match workers {
                1 => kind.to_owned(),
                _ => format!("{kind}, {workers} workers"),
            },
            |kind, workers| match workers {
                1 => kind.to_owned(),
                _ => format!("{kind}（ワーカー{workers}個）"),
            };
        runs(shown: &str, time: &str):
            |shown, time| match time {
                "" => format!("{shown}; not measured yet"),
                _ => format!("{shown} ({time})"),
            },
            |shown, time| match time {
                "" => format!("{shown}。まだ測っていません"),
                _ => format!("{shown}（{time}）"),
            };
        reason(reason: &DeviceReason): english::reason, japanese::reason;
        obstacle(obstacle: &Obstacle): english::obstacle, japanese::obstacle;
    }
}

mod english {
    use twinglyph_core::protocol::{DeviceReason, Obstacle};

    pub(super) fn obstacle(obstacle: &Obstacle) -> String {
        match obstacle {
            Obstacle::NoAdapter => "this browser offers no graphics adapter for it".to_owned(),
            Obstacle::Software => {
                "here the processor computes the graphics, too; to use it directly is faster"
                    .to_owned()
            }
            Obstacle::Silent => "the browser's graphics don't answer".to_owned(),
            Obstacle::NotBuilt => "this build has no WebGPU".to_owned(),
            Obstacle::TooLarge { layer, most } => format!(
                "a layer of this network has {layer} MiB, and this device takes at most {most} MiB in one piece"
            ),
            Obstacle::Lost { said } => format!("the device was lost: {said}"),
            Obstacle::Failed { said } => said.clone(),
        }
    }

    pub(super) fn reason(reason: &DeviceReason) -> String {
        match reason {
            DeviceReason::CpuAsked => "The CPU was asked for.".to_owned(),
            DeviceReason::CpuMeanwhile => {
                "The browser's graphics don't answer yet; the CPU goes on.".to_owned()
            }
            DeviceReason::CpuFirst => "The CPU is ready; WebGPU is being tried.".to_owned(),
            DeviceReason::CpuFaster { times } if *times < 1.05 => {
                "WebGPU works here, but it is not clearly faster than the CPU.".to_owned()
            }
            DeviceReason::CpuFaster { times } => {
                format!("WebGPU works here, but the CPU is {times:.1}x faster.")
            }
            DeviceReason::WebGpuAsked => {
                "WebGPU was asked for, and its results are right.".to_owned()
            }
            DeviceReason::WebGpuFaster { times } => {
                format!("WebGPU's results are right, and it is {times:.1}x faster.")
            }
            DeviceReason::NoWebGpu(why) => format!("WebGPU can't be used here: {}", obstacle(why)),
            DeviceReason::WebGpuWrong { deviation } => format!(
                "WebGPU gives wrong results here (off by {deviation:.0e}), so the CPU computes."
            ),
            DeviceReason::WebGpuLost { said } => {
                format!("The WebGPU device was lost ({said}); the CPU goes on.")
            }
        }
    }
}

mod japanese {
    use twinglyph_core::protocol::{DeviceReason, Obstacle};

    pub(super) fn obstacle(obstacle: &Obstacle) -> String {
        match obstacle {
            Obstacle::NoAdapter => {
                "このブラウザーには使えるグラフィックスアダプターがありません".to_owned()
            }
            Obstacle::Software => {
                "ここではグラフィックスもCPUで計算するため、CPUを直接使うほうが速く動きます"
                    .to_owned()
            }
            Obstacle::Silent => "ブラウザーのグラフィックス機能が応答しません".to_owned(),
            Obstacle::NotBuilt => "このビルドにはWebGPUが含まれていません".to_owned(),
            Obstacle::TooLarge { layer, most } => format!(
                "このネットワークには{layer} MiBの層がありますが、このデバイスが一度に扱えるのは{most} MiBまでです"
            ),
            Obstacle::Lost { said } => format!("デバイスが失われました：{said}"),
            Obstacle::Failed { said } => format!("試している間に障害が起きました：{said}"),
        }
    }

    pub(super) fn reason(reason: &DeviceReason) -> String {
        match reason {
            DeviceReason::CpuAsked => "CPUが指定されています。".to_owned(),
            DeviceReason::CpuMeanwhile => {
                "ブラウザーのグラフィックスがまだ応答しないため、CPUで続けます。".to_owned()
            }
            DeviceReason::CpuFirst => "CPUは準備できました。WebGPUを試しています。".to_owned(),
            DeviceReason::CpuFaster { times } if *times < 1.05 => {
                "WebGPUも使えますが、CPUよりはっきり速くはありません。".to_owned()
            }
            DeviceReason::CpuFaster { times } => {
                format!("WebGPUも使えますが、CPUのほうが{times:.1}倍速く計算できます。")
            }
            DeviceReason::WebGpuAsked => {
                "WebGPUが指定されており、計算結果は正しい値です。".to_owned()
            }
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
}
