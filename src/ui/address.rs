//! Parameters of the page's address, in its query or in its fragment: `?device=cpu` or `webgpu` sets the device,
//! `?model=compact` the network to begin with, `?lang=ja` the language, `?fault=` what tests break (`super::stores`).

use leptos::prelude::{location, window};
use twinglyph_core::protocol::{DeviceKind, DevicePreference};
use web_sys::{Url, UrlSearchParams};

/// The value of a parameter; that of the fragment, as in `#/draw?device=cpu`, where the query has none: some hosts
/// drop that when they lead on to another address.
pub(super) fn parameter(name: &str) -> Option<String> {
    let of = |query: &str| UrlSearchParams::new_with_str(query).ok()?.get(name);
    let of_query = location().search().ok().and_then(|query| of(&query));
    of_query.or_else(|| of(location().hash().ok()?.split_once('?')?.1))
}

/// Gives a parameter another value, or none, without a step in the browser's history.
pub(super) fn set_parameter(name: &str, value: Option<&str>) {
    let url = location().href().and_then(|href| Url::new(&href));
    let Ok(url) = url else { return };
    match value {
        Some(value) => url.search_params().set(name, value),
        None => url.search_params().delete(name),
    }
    // In the fragment it would count again, once the query has none.
    let hash = url.hash();
    if let Some((page, query)) = hash.split_once('?')
        && let Ok(rest) = UrlSearchParams::new_with_str(query)
        && rest.get(name).is_some()
    {
        rest.delete(name);
        url.set_hash(&format!("{page}?{}", String::from(rest.to_string())));
    }
    replace(&url.href());
}

/// Gives the page another address without a step in the browser's history. The step keeps its state, by which
/// boot.js knows it.
pub(super) fn replace(url: &str) {
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        // Refused after too many changes within a short time; then the address stays.
        let _ = history.replace_state_with_url(&state, "", Some(url));
    }
}

/// The device that a word means; without one, or with another, the fastest.
pub(super) fn preference_of(word: Option<&str>) -> DevicePreference {
    [DeviceKind::WebGpu, DeviceKind::Cpu]
        .into_iter()
        .find(|kind| word == Some(kind.as_str()))
        .map_or(DevicePreference::Auto, DevicePreference::Only)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_a_device() {
        assert_eq!(preference_of(None), DevicePreference::Auto);
        assert_eq!(preference_of(Some("tpu")), DevicePreference::Auto);
        assert_eq!(
            preference_of(Some("cpu")),
            DevicePreference::Only(DeviceKind::Cpu)
        );
    }
}
