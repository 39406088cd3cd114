#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use twinglyph_core::Views;
use twinglyph_nn::self_test;
use twinglyph_nn::{Values, builtin_models};

static ASKED: AtomicU32 = AtomicU32::new(0);

fn find() -> LocalFuture<'static, Result<Found, Obstacle>> {
    ASKED.fetch_add(1, Ordering::Relaxed);
    let lost = Arc::new(Mutex::new(None));
    let note = lost.clone();
    Box::pin(async move {
        Ok(Found {
            device: Device::flex(),
            adapter: Adapter {
                name: "Burn's CPU".to_owned(),
                limit: 1 << 30,
            },
            lost,
            lose: Rc::new(move || *note.lock().unwrap() = Some("as asked".to_owned())),
        })
    })
}

#[test]
fn a_device_is_found_once_embeds_and_is_lost() {
    let accelerator = BurnAccelerator::new(find, || ());
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/models/compact.safetensors"
    );
    let file = std::fs::read(file).unwrap();
    assert!(pollster::block_on(accelerator.load(&file)).is_err());
    for _ in 0..2 {
        let found = pollster::block_on(accelerator.find()).unwrap();
        assert_eq!(found.name, "Burn's CPU");
    }
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
    let device = pollster::block_on(accelerator.load(&file)).unwrap();
    let (twin, _) = twinglyph_nn::Twin::read(&file).unwrap();
    let embedding = device.embed(self_test::drawings().to_vec(), Views::One);
    let embedding = pollster::block_on(embedding).unwrap();
    let both = Values::new(&embedding, Views::One);
    assert!(builtin_models::passes_self_test(
        "compact",
        &self_test::numbers_of(&twin, &both)
    ));
    assert_eq!(accelerator.lost(), None);
    accelerator.lose();
    assert_eq!(accelerator.lost().as_deref(), Some("as asked"));
    let found = pollster::block_on(accelerator.find());
    assert!(matches!(found, Err(Obstacle::Lost { .. })), "{found:?}");
}
