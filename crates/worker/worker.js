// Starts the engine. The build replaces the name of wasm-bindgen's module by one with a digest.
import init from "./twinglyph_worker.js";

init();
