// Reads photos of paper, one after the other, and answers about the last one.
//
// In: `{ id, file, longest }`, a picture that is made smaller to `longest` pixels on its longer side, or
// `{ id, ask }`, the bytes of a message. Out: `{ id, step }`, how far it is ("open", "read"); `{ id, answer,
// image }`, the bytes of the answer and the straightened paper as an `ImageBitmap`; `{ id, fault }`, what
// went wrong ("kind", "enormous", "canvas", "program", "broken"). Bytes are `twinglyph_paper::message`'s.
// The build replaces the names of wasm-bindgen's modules by ones with a digest, and fills in the SHA-256 of
// their files: nothing else is run.
const glue = new URL("./twinglyph_paper_worker.js", import.meta.url);
const wasm = new URL("./twinglyph_paper_worker_bg.wasm", import.meta.url);
const digests = { glue: "/* PAPER'S GLUE */", wasm: "/* PAPER'S WASM */" };

// Only pages with a secure connection can compute digests, and what others get may be anybody's.
const subtle = globalThis.crypto?.subtle;

const hex = buffer =>
  Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, "0")).join("");

async function bring(url, digest, cache) {
  const response = await fetch(url, { cache });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const buffer = await response.arrayBuffer();
  if (subtle && hex(await subtle.digest("SHA-256", buffer)) !== digest) {
    throw new Error("a file is damaged, or of another version of this app");
  }
  return buffer;
}

// Once more past the browser's cache, which would keep what is damaged for a year.
const believed = (url, digest) => bring(url, digest, "default").catch(() => bring(url, digest, "reload"));

async function start() {
  const [module_or_path] = await Promise.all([
    believed(wasm, digests.wasm),
    believed(glue, digests.glue),
  ]);
  const { default: init, Program } = await import(glue.href);
  await init({ module_or_path });
  return { Program, program: new Program() };
}

class Fault extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

// As a camera held it: photos say by EXIF which side is up.
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    // Browsers that do not know the word turn pictures by themselves.
    if (error instanceof TypeError) return createImageBitmap(file);
    throw error;
  }
}

// The pixels of a picture, made smaller.
function pixels(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map(side =>
    Math.max(1, Math.round(side * scale)),
  );
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Fault("canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

async function read({ Program, program }, { id, file, longest }) {
  postMessage({ id, step: "open" });
  const head = await file.slice(0, Program.head()).arrayBuffer().catch(() => {
    throw new Fault("kind");
  });
  if (Program.refuses(new Uint8Array(head))) throw new Fault("enormous");
  // Firefox decodes no file that a page has made of several pieces: once more from its bytes.
  const picture = await decoded(file)
    .catch(async () => decoded(new Blob([await file.arrayBuffer()])))
    .catch(() => {
      throw new Fault("kind");
    });
  let shown;
  try {
    shown = pixels(picture, longest);
  } finally {
    picture.close();
  }
  postMessage({ id, step: "read" });
  const answer = program.read(shown.width, shown.height, shown.data);
  const width = program.width();
  if (width === 0) return [answer];
  return [answer, await createImageBitmap(new ImageData(program.page(), width))];
}

let started;
// One thing at a time: decoding waits, and the next message must not overtake it.
let last = Promise.resolve();

async function take(data) {
  const { id } = data;
  try {
    started ??= start();
    const running = await started.catch(error => {
      console.warn(`the reader of paper: ${error.message}`);
      throw new Fault("program");
    });
    const [answer, image] = data.file
      ? await read(running, data)
      : [running.program.ask(new Uint8Array(data.ask))];
    const buffers = [answer.buffer];
    if (image) buffers.push(image);
    postMessage({ id, answer: answer.buffer, image }, buffers);
  } catch (error) {
    // A program that stopped in the middle of something is not asked again: the page ends this worker.
    if (!(error instanceof Fault)) console.warn(`the reader of paper: ${error}`);
    postMessage({ id, fault: error.kind ?? "broken" });
  }
}

onmessage = ({ data }) => {
  last = last.then(() => take(data));
};
