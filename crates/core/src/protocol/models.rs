//! Names of models, and where the files of those that ship are.

/// The built-in model that is so large that it is fetched only when a person asks for it, beside everything
/// else, and kept by the browser.
pub const LARGE_MODEL: &str = "koch";

/// Where the file of a built-in model is, below the app's root; `None` where that is no name of a file, as the
/// names of models that a person keeps are none.
#[must_use]
pub fn model_path(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_name = !name.is_empty() && name.chars().all(plain);
    is_name.then(|| format!("models/{name}.safetensors"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_files_have_a_path() {
        assert_eq!(
            model_path("deep").as_deref(),
            Some("models/deep.safetensors")
        );
        for name in ["", "my/own", "../deep", "a b", "deep?"] {
            assert_eq!(model_path(name), None, "{name}");
        }
    }
}
