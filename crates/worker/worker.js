// Starts the engine, and tells the page how much of its module has come: `{loaded, total}` in
// bytes, total 0 where unknown. A string is this worker's last word: the engine did not start.
// The build replaces the name of wasm-bindgen's module by one with a digest.
const glue = "./twinglyph_worker.js";
const wasm = new URL(glue.replace(/\.js$/, "_bg.wasm"), import.meta.url);

// Told each 256 kB: some 60 messages for the whole module.
const STEP = 1 << 18;

try {
  const [{ default: init }, response] = await Promise.all([import(glue), fetch(wasm)]);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // Of a compressed file the header tells the compressed length, which says nothing here.
  const known = !response.headers.has("content-encoding");
  const total = known ? Number(response.headers.get("content-length")) || 0 : 0;
  let loaded = 0;
  let told = 0;
  const count = new TransformStream({
    transform(chunk, out) {
      loaded += chunk.length;
      if (loaded - told >= STEP) {
        told = loaded;
        postMessage({ loaded, total });
      }
      out.enqueue(chunk);
    },
  });
  const body = response.body.pipeThrough(count);
  const headers = { "content-type": "application/wasm" };
  await init({ module_or_path: new Response(body, { headers }) });
} catch (error) {
  postMessage(`The engine could not be started: ${error.message}`);
}
