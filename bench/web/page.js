// The page that `cargo xtask bench` drives: `compare(request)` or `compareInference(request)` begins,
// `answer` is read until it is there.
"use strict";

// On `window`, where a driver's scripts find it.
window.answer = null;

/** Begins; `answer` has the figures when they are there, or why they aren't. */
function begin(figures) {
  window.answer = null;
  figures.then(
    (figures) => (window.answer = figures),
    (error) => (window.answer = { error: String(error.message ?? error) }),
  );
}

function compare(request) {
  begin(train(request));
}

function compareInference(request) {
  begin(embed(request));
}
