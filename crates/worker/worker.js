// Starts the leader, or a helper where its worker is named so: `helper-cpu` or `helper-gpu`, whose programs are
// fetched for no other reason. Tells whoever started this worker how much of the program has come: `{loaded, total}` in bytes, total 0 where unknown. A string
// is this worker's last word: the program did not start.
// The build replaces the names of wasm-bindgen's modules by ones with a digest, and fills in the
// SHA-256 of their files: nothing else is run.
const leader = {
  glue: new URL("./leader.js", import.meta.url),
  wasm: new URL("./leader_bg.wasm", import.meta.url),
  digests: { glue: "/* LEADER'S GLUE */", wasm: "/* LEADER'S WASM */" },
};
const cpu = {
  glue: new URL("./cpu.js", import.meta.url),
  wasm: new URL("./cpu_bg.wasm", import.meta.url),
  digests: { glue: "/* CPU'S GLUE */", wasm: "/* CPU'S WASM */" },
};
const gpu = {
  glue: new URL("./gpu.js", import.meta.url),
  wasm: new URL("./gpu_bg.wasm", import.meta.url),
  digests: { glue: "/* GPU'S GLUE */", wasm: "/* GPU'S WASM */" },
};

// The programs that compute on the CPU, with relaxed SIMD.
const relaxedLeader = {
  glue: new URL("./relaxed_leader.js", import.meta.url),
  wasm: new URL("./relaxed_leader_bg.wasm", import.meta.url),
  digests: { glue: "/* RELAXED LEADER'S GLUE */", wasm: "/* RELAXED LEADER'S WASM */" },
};
const relaxedCpu = {
  glue: new URL("./relaxed_cpu.js", import.meta.url),
  wasm: new URL("./relaxed_cpu_bg.wasm", import.meta.url),
  digests: { glue: "/* RELAXED CPU'S GLUE */", wasm: "/* RELAXED CPU'S WASM */" },
};

// Has this browser relaxed SIMD? The smallest module with `f32x4.relaxed_madd`: a function of no argument that gives
// the sum of a product of zeros and zeros. As in assets/offline/service-worker.js.
const RELAXED = WebAssembly.validate(Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0,
  10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
));
// A build that is not there yet has no digest.
const either = (relaxed, plain) => (RELAXED && relaxed.digests.wasm ? relaxed : plain);
const helpers = { "helper-cpu": either(relaxedCpu, cpu), "helper-gpu": gpu };
const program = helpers[self.name] ?? either(relaxedLeader, leader);

// Told each 256 kB.
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

// The page names each new leader by its patience, by the path of the file that the leader will want first, and as
// early where the page's own program is still on its way.
const [patient, first, early] = self.name.split(" ");

// An early leader leaves the line to the page until that says "bring", and the processor until it says "go".
const heard = {};
const wait = word => early && new Promise(resolve => (heard[word] = resolve));
const [free, taken] = [wait("bring"), wait("go")];

// A download that gives nothing for so long has stalled, milliseconds: the page is to say so within 5 s. It grows from
// worker to worker, as a slow network's pauses may be longer.
const STALLED = Number(patient) || 4000;

// What has come while this thread was at work is taken before anything is cancelled, milliseconds.
const GRACE = 300;

// Gives a download up unless `alive` is called again and again.
function patience(control = new AbortController()) {
  const reason = new Stalled(`the connection gave nothing for ${STALLED / 1000} s`);
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

// What was cancelled is told by its own reason, not by what broke of it.
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

// The module is compiled as it comes, and its digest taken beside that.
async function module(cache) {
  const waiting = patience();
  const { signal } = waiting;
  const response = await get(program.wasm, cache, signal);
  waiting.done();
  await taken;
  waiting.alive();
  const counted = counting(response, waiting, (loaded, total) => postMessage({ loaded, total }));
  const [one, other] = counted.tee();
  const headers = { "content-type": "application/wasm" };
  const compiled = WebAssembly.compileStreaming(new Response(one, { headers }));
  const checked = new Response(other).arrayBuffer().then(buffer => check(buffer, program.digests.wasm));
  try {
    return (await Promise.all([compiled, checked]))[0];
  } catch (error) {
    throw reasonOf(signal, error);
  }
}

// Where the service worker keeps files, each under its digest (assets/offline/service-worker.js).
const STORE = `twinglyph${new URL("..", import.meta.url).pathname}`;
function place() {
  const bytes = program.digests.wasm.match(/../g).map(pair => parseInt(pair, 16));
  const integrity = `sha256-${btoa(String.fromCharCode(...bytes))}`;
  return new URL(`../.kept/${encodeURIComponent(integrity)}`, import.meta.url);
}
const inStore = () => caches.match(place(), { cacheName: STORE });
const forget = async () => (await caches.open(STORE)).delete(place());

// The module that the service worker keeps, straight from its store: its digest was taken when it was
// kept, and is taken again when nobody waits any more (`verify`). Nothing where it is not kept, or
// where there is no such store.
async function kept() {
  try {
    const response = await inStore();
    await taken;
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
    if (buffer) await check(buffer, program.digests.wasm);
  } catch (error) {
    await forget();
    postMessage(error.message);
  }
}

// The script of the program, whole and as it should be.
async function script(cache) {
  const { signal, done } = patience();
  const buffer = await (await get(program.glue, cache, signal)).arrayBuffer();
  done();
  await check(buffer, program.digests.glue);
  return import(program.glue.href);
}

// The leader's first file is asked for beside its module; `crates/worker/src/fetch.rs` takes it from here.
function ask(path) {
  const { href } = new URL(`../${path}`, import.meta.url);
  const control = new AbortController();
  // The page and this program come first where the server knows of priorities. What comes is taken at once, or the
  // browser would stop it until somebody does.
  const response = fetch(href, { signal: control.signal, priority: "low" }).then(answer => {
    const eager = new CountQueuingStrategy({ highWaterMark: Infinity });
    return answer.body
      ? new Response(answer.body.pipeThrough(new TransformStream({}, undefined, eager)), answer)
      : answer;
  });
  // Whoever takes it is told; nobody else needs to be.
  response.catch(() => undefined);
  self.ahead = { href, control, response };
}

// What is said while the program comes: it takes over from here (`crates/worker/src/messages.rs`).
self.said = [];
self.onmessage = ({ data }) => (data in heard ? heard[data]() : self.said.push(data));

// `cargo xtask serve` serves the leader while it compiles the helper for the first time.
const MISSING = "this build has no program for it yet";

try {
  // Whoever started this worker knows by it that this script has come.
  postMessage({ loaded: 0, total: 0 });
  if (!program.digests.wasm) throw new Error(MISSING);
  await free;
  if (first) ask(first);
  const stored = kept();
  const [{ default: init }, module_or_path] = await Promise.all([
    believed(script),
    stored.then(compiled => compiled ?? believed(module)),
  ]);
  await init({ module_or_path });
  if (await stored) setTimeout(() => verify().catch(() => undefined), VERIFIED);
} catch (error) {
  postMessage(error.message);
}
