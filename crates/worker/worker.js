// Starts the engine, and before it its starter where the page wants that (docs/decisions/0020); tells
// the page how much of the engine's module has come: `{loaded, total}` in bytes, total 0 where
// unknown. A string is this worker's last word: the engine did not start.
// The build replaces the names of wasm-bindgen's modules by ones with a digest, and fills in the
// SHA-256 of their files: nothing else is run.
const engine = {
  glue: new URL("./twinglyph_worker.js", import.meta.url),
  wasm: new URL("./twinglyph_worker_bg.wasm", import.meta.url),
  digests: { glue: "/* GLUE */", wasm: "/* WASM */" },
};
const starter = {
  glue: new URL("./twinglyph_starter.js", import.meta.url),
  wasm: new URL("./twinglyph_starter_bg.wasm", import.meta.url),
  digests: { glue: "/* STARTER'S GLUE */", wasm: "/* STARTER'S WASM */" },
};

// Told each 256 kB: some 60 messages for the engine's module.
const STEP = 1 << 18;

const hex = buffer =>
  Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, "0")).join("");

class Damaged extends Error {}
class Stalled extends Error {}

// Only pages with a secure connection can compute digests, and what others get may be anybody's.
const subtle = globalThis.crypto?.subtle;

// A buffer, not a blob: Chromium refuses blobs of this size on a disk that is almost full.
async function check(buffer, digest) {
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

// The page names each new worker by its patience, by the path of the file that the engine will want
// first, and by whether it may begin with the starter. A download that gives nothing for so long has
// stalled, milliseconds: the page is to say so within 5 s. It grows from worker to worker, as a slow
// network's pauses may be longer.
const [patient, first, begin] = self.name.split(" ");
const STALLED = Number(patient) || 4000;

// What has come while this thread was at work is taken before anything is given up, milliseconds.
const GRACE = 300;

// Gives a download up unless `alive` is called again and again. What comes behind the starter has a second
// less of it at most, as the person has waited for that.
function patience(control = new AbortController()) {
  const limit = STALLED - Math.min(performance.now(), 1000);
  const reason = new Stalled(`the connection gave nothing for ${STALLED / 1000} s`);
  let timer;
  const done = () => clearTimeout(timer);
  const alive = () => {
    done();
    timer = setTimeout(() => {
      timer = setTimeout(() => control.abort(reason), GRACE);
    }, limit - GRACE);
  };
  alive();
  return { signal: control.signal, alive, done };
}

// What was given up is told by its own reason, not by what broke of it.
const reasonOf = (signal, error) => (signal.aborted ? signal.reason : error);

async function get(url, cache, signal) {
  const response = await fetch(url, { cache, signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

// The bytes of a file on its way; `told` hears of each 256 kB, and of all there are, 0 where unknown.
function counting({ headers, body }, { alive, done }, told) {
  // Of a compressed file the header tells the compressed length, which says nothing here.
  const known = !headers.has("content-encoding");
  const total = known ? Number(headers.get("content-length")) || 0 : 0;
  let loaded = 0;
  let last = 0;
  return body.pipeThrough(new TransformStream({
    transform(chunk, out) {
      alive();
      loaded += chunk.length;
      if (loaded - last >= STEP) {
        last = loaded;
        told(loaded, total);
      }
      out.enqueue(chunk);
    },
    flush: done,
  }));
}

// The engine's module is compiled as it comes, and its digest taken beside that.
async function module(cache) {
  const waiting = patience();
  const { signal } = waiting;
  const response = await get(engine.wasm, cache, signal);
  const counted = counting(response, waiting, (loaded, total) => postMessage({ loaded, total }));
  const [one, other] = counted.tee();
  const headers = { "content-type": "application/wasm" };
  const compiled = WebAssembly.compileStreaming(new Response(one, { headers }));
  const checked = new Response(other).arrayBuffer().then(buffer => check(buffer, engine.digests.wasm));
  try {
    return (await Promise.all([compiled, checked]))[0];
  } catch (error) {
    throw reasonOf(signal, error);
  }
}

// Where the service worker keeps files, each under its digest (assets/offline/service-worker.js).
const STORE = `twinglyph${new URL("..", import.meta.url).pathname}`;
function place({ digests }) {
  const bytes = digests.wasm.match(/../g).map(pair => parseInt(pair, 16));
  const integrity = `sha256-${btoa(String.fromCharCode(...bytes))}`;
  return new URL(`../.kept/${encodeURIComponent(integrity)}`, import.meta.url);
}
const inStore = program => caches.match(place(program), { cacheName: STORE });
const forget = async program => (await caches.open(STORE)).delete(place(program));

// The module that the service worker keeps, straight from its store: its digest was taken when it was
// kept, and is taken again when nobody waits any more (`verify`). Nothing where it is not kept, or
// where there is no such store.
async function kept(program) {
  try {
    const response = await inStore(program);
    return response && (await WebAssembly.compileStreaming(response));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) await forget(program).catch(() => undefined);
    return undefined;
  }
}

// When a kept module is read once more, milliseconds: behind the first ranking.
const VERIFIED = 3000;

// What is kept damaged is forgotten, so that the next worker's module is fetched.
async function verify(program) {
  const buffer = await (await inStore(program))?.arrayBuffer();
  try {
    if (buffer) await check(buffer, program.digests.wasm);
  } catch (error) {
    await forget(program);
    postMessage(error.message);
  }
}

// A small file, whole and as it should be.
async function small(url, digest, cache) {
  const { signal, done } = patience();
  const buffer = await (await get(url, cache, signal)).arrayBuffer();
  done();
  await check(buffer, digest);
  return buffer;
}

async function program({ glue, digests }, cache) {
  await small(glue, digests.glue, cache);
  return import(glue.href);
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

// What the page says: the engine hears it when it has come (`crates/worker/src/messages.rs` takes
// over), the starter at once.
self.said = [];
let early;
self.onmessage = ({ data }) => {
  self.said.push(data);
  tell("take", new Uint8Array(data));
  heard();
};

// Calls the starter, and sends its answers to the page. One that fails says no more, and leaves all to the
// engine.
function tell(method, ...what) {
  try {
    for (const answer of early?.[method](...what) ?? []) postMessage(answer, [answer]);
  } catch (error) {
    early = undefined;
    console.warn(`the starter: ${error.message}`);
  }
}

// The engine is asked for once the starter has ranked a drawing, or so many milliseconds after it
// could: on two cores a ranking would wait for the compiler else.
const LEAD = 300;
let heard = () => undefined;

// The file that was asked for ahead. It is put back for the engine.
async function ahead(told) {
  const { href, control, response } = self.ahead;
  self.ahead = undefined;
  const waiting = patience(control);
  try {
    const come = await response;
    if (!come.ok) throw new Error(`the server answered ${come.status}`);
    const file = await new Response(counting(come, waiting, told)).arrayBuffer();
    const headers = { "content-length": file.byteLength };
    self.ahead = { href, control, response: Promise.resolve(new Response(file, { headers })) };
    return file;
  } catch (error) {
    waiting.done();
    throw reasonOf(waiting.signal, error);
  }
}

// Begins with the starter; over when the engine is to be asked for.
async function start() {
  const file = ahead((done, total) => tell("progress", done, total));
  // Whoever waits for it is told.
  file.catch(() => undefined);
  const [{ default: init, Program }, module_or_path] = await Promise.all([
    believed(cache => program(starter, cache)),
    kept(starter).then(
      compiled => compiled ?? believed(cache => small(starter.wasm, starter.digests.wasm, cache)),
    ),
  ]);
  await init({ module_or_path });
  early = new Program(() => performance.now());
  tell("booted");
  file.catch(error => tell("lacks", first, error.message));
  const bytes = await file;
  // While the browser takes the digest, the numbers are read.
  const digest = subtle.digest("SHA-256", bytes);
  if (!early?.load(first, new Uint8Array(bytes))) return;
  const sum = hex(await digest);
  tell("prove", sum);
  await new Promise(resolve => {
    heard = () => (early?.done() ?? true) && resolve();
    heard();
    setTimeout(resolve, LEAD);
  });
}

// `cargo xtask serve` serves the starter alone while it compiles the engine for the first time: the
// page is told again and again that this worker lives.
async function forever() {
  for (;;) {
    postMessage({ loaded: 0, total: 0 });
    await new Promise(resolve => setTimeout(resolve, 5000));
  }
}

try {
  // The page knows by it that this script has come.
  postMessage({ loaded: 0, total: 0 });
  if (first) ask(first);
  if (first && begin === "starter" && subtle) {
    await start().catch(error => {
      // The network's silence is the page's business, whatever it keeps back.
      if (error instanceof Stalled) throw error;
      early = undefined;
      console.warn(`the starter: ${error.message}`);
    });
    postMessage({ loaded: 0, total: 0 });
  }
  if (!engine.digests.wasm) await forever();
  const stored = kept(engine);
  const [{ default: init }, module_or_path] = await Promise.all([
    believed(cache => program(engine, cache)),
    stored.then(compiled => compiled ?? believed(module)),
  ]);
  await init({ module_or_path });
  early = undefined;
  if (await stored) {
    setTimeout(() => {
      for (const part of [engine, starter]) verify(part).catch(() => undefined);
    }, VERIFIED);
  }
} catch (error) {
  postMessage(error.message);
}
