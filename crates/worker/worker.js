// Starts the engine, and tells the page how much of its module has come: `{loaded, total}` in
// bytes, total 0 where unknown. A string is this worker's last word: the engine did not start.
// The build replaces the name of wasm-bindgen's module by one with a digest, and fills in the
// SHA-256 of the two files: nothing else is run.
const glue = "./twinglyph_worker.js";
const wasm = new URL(glue.replace(/\.js$/, "_bg.wasm"), import.meta.url);
const digests = { glue: "/* GLUE */", wasm: "/* WASM */" };

// Told each 256 kB: some 60 messages for the whole module.
const STEP = 1 << 18;

const hex = buffer =>
  Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, "0")).join("");

class Damaged extends Error {}

// A buffer, not a blob: Chromium refuses blobs of this size on a disk that is almost full.
async function check(buffer, digest) {
  // Only pages with a secure connection can compute digests, and what others get may be anybody's.
  const subtle = globalThis.crypto?.subtle;
  if (subtle && hex(await subtle.digest("SHA-256", buffer)) !== digest) {
    throw new Damaged("a file is damaged, or of another version of this app");
  }
}

// Brings a file; once more, past the browser's cache, if what came is damaged: the cache would keep
// it for a year.
async function believed(bring) {
  try {
    return await bring("default");
  } catch (error) {
    if (error instanceof Damaged || error instanceof WebAssembly.CompileError) {
      return bring("reload");
    }
    throw error;
  }
}

// The page names each new worker by its patience and by the path of the file that the engine will want
// first. A download that gives nothing for so long has stalled, milliseconds: the page is to say so within
// 5 s. It grows from worker to worker, as a slow network's pauses may be longer.
const [patient, first] = self.name.split(" ");
const STALLED = Number(patient) || 4000;

// What has come while this thread was at work is taken before anything is given up, milliseconds.
const GRACE = 300;

// Gives a download up unless `alive` is called again and again.
function patience() {
  const control = new AbortController();
  const reason = new Error(`the connection gave nothing for ${STALLED / 1000} s`);
  let timer;
  const done = () => clearTimeout(timer);
  const alive = () => {
    done();
    timer = setTimeout(() => {
      timer = setTimeout(() => control.abort(reason), GRACE);
    }, STALLED - GRACE);
  };
  alive();
  return { signal: control.signal, alive, done };
}

async function get(url, cache, signal) {
  const response = await fetch(url, { cache, signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

// The module is compiled as it comes, and its digest taken beside that.
async function module(cache) {
  const { signal, alive, done } = patience();
  const response = await get(wasm, cache, signal);
  // Of a compressed file the header tells the compressed length, which says nothing here.
  const known = !response.headers.has("content-encoding");
  const total = known ? Number(response.headers.get("content-length")) || 0 : 0;
  let loaded = 0;
  let told = 0;
  const count = new TransformStream({
    transform(chunk, out) {
      alive();
      loaded += chunk.length;
      if (loaded - told >= STEP) {
        told = loaded;
        postMessage({ loaded, total });
      }
      out.enqueue(chunk);
    },
    flush: done,
  });
  const [one, other] = response.body.pipeThrough(count).tee();
  const headers = { "content-type": "application/wasm" };
  const compiled = WebAssembly.compileStreaming(new Response(one, { headers }));
  const checked = new Response(other).arrayBuffer().then(buffer => check(buffer, digests.wasm));
  try {
    return (await Promise.all([compiled, checked]))[0];
  } catch (error) {
    // What was given up is told by its own reason, not by the compiler's.
    throw signal.aborted ? signal.reason : error;
  }
}

// Where the service worker keeps files, each under its digest (assets/offline/service-worker.js).
const STORE = "twinglyph";
const bytes = digests.wasm.match(/../g).map(pair => parseInt(pair, 16));
const integrity = `sha256-${btoa(String.fromCharCode(...bytes))}`;
const place = new URL(`../.kept/${encodeURIComponent(integrity)}`, import.meta.url);
const inStore = () => caches.match(place, { cacheName: STORE });
const forget = async () => (await caches.open(STORE)).delete(place);

// The module that the service worker keeps, straight from its store: its digest was taken when it was
// kept, and is taken again when nobody waits any more (`verify`). Nothing where it is not kept, or
// where there is no such store.
async function kept() {
  try {
    const response = await inStore();
    return response && (await WebAssembly.compileStreaming(response));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) await forget().catch(() => undefined);
    return undefined;
  }
}

// When a kept module is read once more, milliseconds: behind the first ranking.
const VERIFIED = 3000;

// What is kept damaged is forgotten, so that the next worker's module is fetched.
async function verify() {
  const buffer = await (await inStore())?.arrayBuffer();
  try {
    if (buffer) await check(buffer, digests.wasm);
  } catch (error) {
    await forget();
    postMessage(error.message);
  }
}

async function program(cache) {
  const url = new URL(glue, import.meta.url);
  const { signal, done } = patience();
  await check(await (await get(url, cache, signal)).arrayBuffer(), digests.glue);
  done();
  return import(url.href);
}

// The engine's first file is asked for beside its module; `crates/worker/src/fetch.rs` takes it from here.
function ask(path) {
  const { href } = new URL(`../${path}`, import.meta.url);
  const control = new AbortController();
  const response = fetch(href, { signal: control.signal });
  // Whoever takes it is told; nobody else needs to be.
  response.catch(() => undefined);
  self.ahead = { href, control, response };
}

try {
  // The page knows by it that this script has come.
  postMessage({ loaded: 0, total: 0 });
  if (first) ask(first);
  const stored = kept();
  const [{ default: init }, module_or_path] = await Promise.all([
    believed(program),
    stored.then(compiled => compiled ?? believed(module)),
  ]);
  await init({ module_or_path });
  if (await stored) setTimeout(() => verify().catch(() => undefined), VERIFIED);
} catch (error) {
  postMessage(error.message);
}
