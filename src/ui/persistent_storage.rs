//! Persistent storage: whether the browser promises never to remove what it keeps for the page.
//!
//! Asked only once there is something worth keeping: some browsers put the question to the person.

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

/// The browser's word on what it keeps.
#[derive(Clone, Copy)]
pub(crate) struct PersistentStorage {
    /// Nothing where the browser does not say.
    pub(crate) granted: RwSignal<Option<bool>>,
}

impl PersistentStorage {
    /// Looks, without asking.
    pub(crate) fn open() -> Self {
        let storage = Self {
            granted: RwSignal::new(None),
        };
        storage.hear(StorageManager::persisted);
        storage
    }

    /// Asks the browser not to remove anything.
    pub(crate) fn ask(self) {
        if self.granted.get_untracked() != Some(true) {
            self.hear(StorageManager::persist);
        }
    }

    fn hear(self, ask: fn(&StorageManager) -> Result<js_sys::Promise, wasm_bindgen::JsValue>) {
        let Some(window) = web_sys::window() else {
            return;
        };
        // Pages without a secure connection have no such storage.
        let storage = window.navigator().storage();
        if storage.is_undefined() {
            return;
        }
        leptos::task::spawn_local(async move {
            let Ok(promise) = ask(&storage) else { return };
            if let Ok(answer) = JsFuture::from(promise).await {
                self.granted.set(answer.as_bool());
            }
        });
    }
}
