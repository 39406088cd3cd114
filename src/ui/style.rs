//! Styles that come with the part of the page that needs them: what a person sees first waits for none of
//! them. They come behind those of the document.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static ADOPTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Adds a style to the document, once. A browser that knows no such styles shows the page without it.
pub(super) fn adopt(style: &'static str) {
    let is_new = ADOPTED.with_borrow_mut(|adopted| {
        let is_new = !adopted.contains(&style);
        if is_new {
            adopted.push(style);
        }
        is_new
    });
    if is_new && let Err(error) = try_adopt(style) {
        web_sys::console::warn_1(&error);
    }
}

fn try_adopt(style: &str) -> Result<(), JsValue> {
    const SHEETS: &str = "adoptedStyleSheets";
    let constructor: Function = Reflect::get(&window(), &"CSSStyleSheet".into())?.dyn_into()?;
    let sheet = Reflect::construct(&constructor, &Array::new())?;
    let replace: Function = Reflect::get(&sheet, &"replaceSync".into())?.dyn_into()?;
    replace.call1(&sheet, &style.into())?;
    let document = document();
    let sheets = Array::from(&Reflect::get(&document, &SHEETS.into())?);
    sheets.push(&sheet);
    Reflect::set(&document, &SHEETS.into(), &sheets)?;
    Ok(())
}
