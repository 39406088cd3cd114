// Reads photos of paper and contact sheets, one after the other, and answers about the last one.
//
// In: `{ id, file, longest }`, a photo that is made smaller to `longest` pixels on its longer side;
// `{ id, sheet, longest, ask }`, a contact sheet that is shown at `longest` pixels, and the bytes of what is
// asked about it; or `{ id, ask }` alone. Out: `{ id, step }`, how far it is ("open", "read"); `{ id, answer,
// image }`, the bytes of the answer and the straightened paper or the sheet as an `ImageBitmap`; `{ id, fault
// }`, what went wrong ("kind", "enormous", "canvas", "program", "broken"). Bytes are `twinglyph_paper::message`'s.
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

// Part of a picture (left, top, width, height) on a canvas of this size.
function canvas(picture, from, [width, height]) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Fault("canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, ...from, 0, 0, width, height);
  return context;
}

const pixels = (picture, from, [width, height]) =>
  canvas(picture, from, [width, height]).getImageData(0, 0, width, height);

const whole = picture => [0, 0, picture.width, picture.height];

// Width and height of a picture, made smaller.
function fitted(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  return [picture.width, picture.height].map(side => Math.max(1, Math.round(side * scale)));
}

// The picture of a file that is not refused by its head.
async function opened(id, file, head, refuses) {
  postMessage({ id, step: "open" });
  const bytes = await file.slice(0, head).arrayBuffer().catch(() => {
    throw new Fault("kind");
  });
  if (refuses(new Uint8Array(bytes))) throw new Fault("enormous");
  // Firefox decodes no file that a page has made of several pieces: once more from its bytes.
  return decoded(file)
    .catch(async () => decoded(new Blob([await file.arrayBuffer()])))
    .catch(() => {
      throw new Fault("kind");
    });
}

async function read({ Program, program }, { id, file, longest }) {
  const picture = await opened(id, file, Program.head(), Program.refuses);
  let shown;
  try {
    shown = pixels(picture, whole(picture), fitted(picture, longest));
  } finally {
    picture.close();
  }
  postMessage({ id, step: "read" });
  const answer = program.read(shown.width, shown.height, shown.data);
  const width = program.width();
  if (width === 0) return [answer];
  return [answer, await createImageBitmap(new ImageData(program.page(), width))];
}

async function readSheet({ Program, program }, { id, sheet, longest, ask }) {
  const picture = await opened(id, sheet, Program.head(), Program.refuses_sheet);
  let image;
  try {
    const [width, height] = Program.sheet_sides(picture.width, picture.height);
    if (!width) throw new Fault("enormous");
    program.begin_sheet(width);
    // Strip by strip: the largest sheet's pixels have 100 MB.
    const scale = picture.height / height;
    const strip = Program.strip(width);
    for (let top = 0; top < height; top += strip) {
      const rows = Math.min(strip, height - top);
      const from = [0, top * scale, picture.width, rows * scale];
      program.add_rows(width, rows, pixels(picture, from, [width, rows]).data);
    }
    image = canvas(picture, whole(picture), fitted(picture, longest)).canvas.transferToImageBitmap();
  } finally {
    picture.close();
  }
  postMessage({ id, step: "read" });
  return [program.ask(new Uint8Array(ask)), image];
}

function answered(running, data) {
  if (data.file) return read(running, data);
  if (data.sheet) return readSheet(running, data);
  return [running.program.ask(new Uint8Array(data.ask))];
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
    const [answer, image] = await answered(running, data);
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
