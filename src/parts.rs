//! Functions that are fetched when they are first called.
//!
//! In a release build the page's module is split at them (`xtask/src/parts.rs`,
//! docs/decisions/0018); in a draft and in tests they are there already. Knows how such a function is
//! written; refuses to know what is in it.

/// A part of the page could not be fetched.
pub(crate) use wasm_split_helpers::SplitLoaderError as Missing;

/// `part: fn name(argument: Type) -> Result<Value, Error> { .. }`: an asynchronous function in a part
/// of the module of that name, with all that only this part uses. Its error is [`Missing`] or made of it.
macro_rules! part {
    ($part:ident: $(#[$attribute:meta])* $vis:vis fn $name:ident($($argument:ident: $kind:ty),* $(,)?) -> $value:ty $body:block) => {
        $(#[$attribute])*
        #[cfg(split_pages)]
        #[wasm_split_helpers::wasm_split($part, fallible)]
        $vis fn $name($($argument: $kind),*) -> $value $body

        $(#[$attribute])*
        #[cfg(not(split_pages))]
        $vis async fn $name($($argument: $kind),*) -> $value $body
    };
}
pub(crate) use part;
