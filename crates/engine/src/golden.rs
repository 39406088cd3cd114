//! The golden query on devices: numbers of two drawings that every device must give alike
//! (`twinglyph_nn::golden`).
//!
//! On wasm a shader that fails validation gives wrong numbers and no error (cubecl#1641); so no
//! result of a device is shown before its golden numbers agree with the CPU's.

use burn::tensor::{Device, Transaction};
use twinglyph_core::Views;
use twinglyph_model::{Embedding, Twin};
use twinglyph_nn::golden::drawings;

/// The golden numbers of a network on its device: embeddings and scores of the two drawings.
///
/// # Errors
/// What the device said when it could not compute or read.
pub(crate) async fn numbers(twin: &Twin, device: &Device) -> Result<Vec<f32>, String> {
    read(twin, twin.embed(twin.batch(&drawings(), device))).await
}

async fn read(twin: &Twin, embedding: Embedding) -> Result<Vec<f32>, String> {
    let scores = twin.score(&embedding, &embedding);
    let mut transaction = Transaction::default()
        .register(embedding.global)
        .register(scores);
    if let Some(local) = embedding.local {
        transaction = transaction.register(local);
    }
    let data = transaction
        .execute_async()
        .await
        .map_err(|error| error.to_string())?;
    let mut numbers = Vec::new();
    for tensor in data {
        numbers.extend(
            tensor
                .try_to_vec::<f32>()
                .map_err(|error| format!("{error:?}"))?,
        );
    }
    Ok(numbers)
}

/// The same numbers, of drawings embedded by hand.
///
/// # Errors
/// What the device said when it could not compute or read.
pub(crate) async fn numbers_by_hand(twin: &Twin, device: &Device) -> Result<Vec<f32>, String> {
    let embedding = twin.embed_views(&drawings(), Views::One, device);
    read(twin, embedding).await
}
