//! What the core refuses, which says so in English itself.

use twinglyph_core::own::{MAX_BYTES, MAX_NAME, OwnSetError};
use twinglyph_core::trial::SampleError;
use twinglyph_paper::contact::{self, ContactError};
use twinglyph_paper::scan::{MAX_GLYPHS, MAX_PIXELS, ScanError};

area! {
    Refusals {
        own_set(error: &OwnSetError):
            |error| error.to_string(),
            |error| {
                match error {
                OwnSetError::Magic => "Twinglyphのサポートセットではありません".to_owned(),
                OwnSetError::Version => {
                    "このサポートセットは新しい版のTwinglyphで作られています。ページを読み込み直してください".to_owned()
                }
                OwnSetError::Damaged => {
                    "このサポートセットは壊れています。元の場所からもう一度入手してください".to_owned()
                }
                OwnSetError::Large(bytes) => format!(
                    "このサポートセットは{bytes}バイトで、上限の{MAX_BYTES}バイトを超えています"
                ),
                OwnSetError::Count { what, found, most } => {
                    let what = match *what {
                        "examples" => "例",
                        _ => "文字",
                    };
                    format!("サポートセットに入れられる{what}は{most}個までですが、{found}個あります")
                }
                OwnSetError::Name(name) => format!(
                    "{name}は名前にできません。名前は{MAX_NAME}文字以内で、制御文字は使えません"
                ),
                OwnSetError::Address => {
                    "このアドレスにはサポートセットがありません。一部が欠けているか、変更されています".to_owned()
                }
            }
            };
        scan(error: &ScanError):
            |error| error.to_string(),
            |error| match error {
                ScanError::Size => {
                    format!("この画像は読み込めません。画素がないか、{MAX_PIXELS}画素を超えています")
                }
                ScanError::Blank => {
                    "この画像には、紙とはっきり区別できる線がありません".to_owned()
                }
                ScanError::Pieces => format!(
                    "この画像は{MAX_GLYPHS}個を超える部分に分かれます。文字を減らし、均一な光の下で撮影してください"
                ),
            };
        contact(error: &ContactError):
            |error| error.to_string(),
            |error| match *error {
                ContactError::Size => format!(
                    "この画像は読み込めません。画素がないか、{}画素を超えています",
                    contact::MAX_PIXELS
                ),
                ContactError::Blank => {
                    "このシートには、紙とはっきり区別できる線がありません".to_owned()
                }
                ContactError::Unsaid { .. } => {
                    "罫線や隙間からはマスが分かりません。行数と列数を入力してください".to_owned()
                }
                ContactError::Lines {
                    said,
                    rows,
                    columns,
                } => format!(
                    "入力は{}ですが、罫線では{}です。数を直すか、空欄にしてください",
                    cells(said.rows, said.columns),
                    cells(rows, columns)
                ),
                ContactError::Crossed {
                    rows,
                    columns,
                    cut,
                    drawings,
                } => format!(
                    "{rows}行{columns}列に分けると、筆跡{drawings}個のうち{cut}個が途中で切れます。数を直してください"
                ),
                ContactError::Small => {
                    "マスが8画素より小さくなります。もっと大きな画像を使うか、数を減らしてください"
                        .to_owned()
                }
            };
        sample(error: &SampleError):
            |error| error.to_string(),
            |error| match error {
                SampleError::NoAlphabet => {
                    "文字体系がありません。少なくとも一つ指定してください".to_owned()
                }
                SampleError::Ways { ways } => {
                    format!("{ways}-wayでは選択になりません。2文字以上を指定してください")
                }
                SampleError::Characters { of } => {
                    format!("{of}の文字が2文字未満です。文字か文字体系を追加してください")
                }
                SampleError::Drawers { name } => {
                    format!("文字体系{name}の書き手が2人未満です。どの文字にも筆跡が二つ必要です")
                }
                SampleError::Twice => {
                    "例が二つある文字が2文字未満です。2文字に二つ目の例を描いてください".to_owned()
                }
            };
    }
}

/// Numbers of rows and columns, as far as they are known.
fn cells(rows: Option<usize>, columns: Option<usize>) -> String {
    let rows = rows.map(|rows| format!("{rows}行"));
    let columns = columns.map(|columns| format!("{columns}列"));
    [rows, columns].into_iter().flatten().collect()
}
