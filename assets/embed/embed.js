// Twinglyph's recogniser for other pages (docs/embedding.md). The recogniser runs in a frame of the app;
// drawings go into it and rankings come out of it, through a port that only this page and the frame hold.

// Of the messages, as src/session/embed.rs has it.
const VERSION = 1;

// Longest wait for the first ranking to be possible, milliseconds: a slow connection fetches 6 MB.
const PATIENCE = 120_000;

// Longest wait for the frame's first word, milliseconds, which its first kilobytes say; and for an answer
// to the question why it is silent. Both together are within 10 s.
const SILENCE = 7_000;
const ASKING = 2_000;

// How often a question that waits looks whether there still is a frame, milliseconds.
const LOOK = 1_000;

// The pen of the drawings that the network learned from, as a part of the sheet's side.
const PEN = 5 / 105;

// Which pointer draws, as src/session/pointers.rs has it: bits of pressed buttons, and how long after a
// pen a touch is a palm, milliseconds.
const TIP = 1;
const ERASER = 32;
const PEN_REST = 1500;

// The frame's address below the app's, which may lack its last slash or name a document of the app.
function addressIn(app) {
  const folder = new URL(app ?? ".", app ? document.baseURI : import.meta.url);
  if (!/\/$|\.html?$/.test(folder.pathname)) folder.pathname += "/";
  return new URL("embed.html", folder);
}

// The likely cause of a frame's silence.
async function causeOf(address) {
  const ask = (url, mode) => fetch(url, { mode, signal: AbortSignal.timeout(ASKING) });
  const script = new URL("embed.js", address);
  try {
    const { ok, status } = await ask(script, "cors");
    return ok
      ? "the app's host, or the policy of this page (frame-src), forbids to show it in a frame"
      : `there is no app, as its host answers ${status} for ${script.href}`;
  } catch {
    return ask(address, "no-cors").then(
      () => "its host answers, but with no app, or it forbids frames",
      () => "its host can't be reached, or the policy of this page forbids it",
    );
  }
}

// A recogniser of the characters of `set`: an address that the app's page of teaching copies, whatever stands behind it,
// or the text behind its `set=`. `app` is where the app is, `device` "cpu" or "webgpu", `model`
// "deep" or "compact".
export async function createRecogniser({ set, app, device, model, patience = PATIENCE } = {}) {
  const address = addressIn(app);
  if (device) address.searchParams.set("device", device);
  if (model) address.searchParams.set("model", model);
  // A host that leads on to another address may drop the query; the fragment stays.
  if (address.search) address.hash = `#/${address.search}`;
  const frame = document.createElement("iframe");
  frame.title = "Twinglyph's recogniser";
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  // One that is not displayed at all would be slowed down by the browser.
  Object.assign(frame.style, {
    position: "fixed", right: "0", bottom: "0", width: "1px", height: "1px",
    border: "0", opacity: "0", pointerEvents: "none",
  });
  // Of the document that is in the frame now: a frame that is moved loads another one.
  let port;
  let ready = false;
  // Has the document said that it is here, and not been loaded yet?
  let here = false;
  let silence;
  let late;
  // Questions in their order, each with its text, which another document is asked anew.
  const waiting = new Map();
  let opened;
  let last = 0;
  let closed = false;
  const worded = message => JSON.stringify({ twinglyph: VERSION, ...message });
  const close = (why = "The recogniser is closed.") => {
    if (closed) return;
    closed = true;
    clearTimeout(silence);
    clearTimeout(late);
    removeEventListener("message", hearFrame);
    port?.close();
    frame.remove();
    const error = new Error(why);
    opened.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const listen = wait => {
    clearTimeout(silence);
    silence = setTimeout(async () => {
      const cause = await causeOf(address);
      if (silence) close(`Twinglyph did not answer at ${address.href}: ${cause}.`);
    }, wait);
  };
  const begin = wait => {
    clearTimeout(late);
    late = setTimeout(() => close(`Twinglyph did not answer at ${address.href}.`), wait);
  };
  const hear = ({ data }) => {
    const { tell, id, classes, matches, none, why } = JSON.parse(data);
    if (tell === "open") {
      clearTimeout(late);
      ready = true;
      opened.resolve(classes);
      for (const { text } of waiting.values()) port.postMessage(text);
    }
    if (tell === "refused" && id === undefined) close(why);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (tell === "matches") asked?.resolve(Object.assign(matches, { none }));
    if (tell === "refused") asked?.reject(new Error(why));
  };
  const hearFrame = ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin) return;
    if (typeof data !== "string" || !data.includes('"here"')) return;
    clearTimeout(silence);
    silence = undefined;
    here = true;
    ready = false;
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port.onmessage = hear;
    frame.contentWindow.postMessage("connect", address.origin, [port2]);
    port.postMessage(worded({ ask: "open", set: String(set) }));
    begin(patience);
  };
  // What is left of a frame that is taken out of the document answers nothing.
  const watch = () => {
    if (!waiting.size) return;
    if (frame.isConnected) setTimeout(watch, LOOK);
    else close("The recogniser's frame was taken out of the page.");
  };

  const open = new Promise((resolve, reject) => {
    opened = { resolve, reject };
  });
  addEventListener("message", hearFrame);
  // A document of the app says that it is here before it is loaded, or never.
  frame.addEventListener("load", () => {
    if (!here && !silence) listen(SILENCE);
    here = false;
  });
  frame.src = address.href;
  document.body.append(frame);
  listen(Math.min(SILENCE, patience));
  const classes = await open;

  return {
    // Names of the classes.
    classes,
    // The classes from the most similar to the least, each with its similarity from 0 to 1; `none` of
    // the array says whether the drawing is probably of none of them. `strokes` are arrays of points
    // [x, y], [x, y, t] or [x, y, t, pressure]; `box` is [left, top, side] of the square they were drawn
    // on, without it that of 105 units at 0, 0.
    classify(strokes, box) {
      if (closed) return Promise.reject(new Error("The recogniser is closed."));
      const id = ++last;
      return new Promise((resolve, reject) => {
        // What can't be worded is rejected by what this throws.
        const text = worded({ ask: "classify", id, strokes, box });
        waiting.set(id, { text, resolve, reject });
        if (ready) port.postMessage(text);
        if (waiting.size === 1) watch();
      });
    },
    // Ends it; what was asked and is not answered is rejected.
    close: () => close(),
  };
}

// A square to draw on, at the end of `parent`. Its element gets a "twinglyph-matches" event after each
// stroke, with what `classify` gives as its detail, and "twinglyph-error" with an Error.
export function createPad(parent, recogniser, { side = 280, label = "Draw a character" } = {}) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  Object.assign(canvas.style, {
    width: `${side}px`, height: `${side}px`, maxWidth: "100%", touchAction: "none",
    border: "1px solid currentcolor", boxSizing: "border-box", cursor: "crosshair",
  });
  const scale = devicePixelRatio || 1;
  canvas.width = canvas.height = Math.round(side * scale);
  const context = canvas.getContext("2d");
  let strokes = [];
  // The strokes before each step.
  let past = [];
  // The pointer that draws, and the strokes before it did.
  let owner = null;
  let penTime = -Infinity;
  let asked = 0;

  // In units of the pad's side, so that it may be shown at any size.
  const place = event => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height, event.timeStamp, event.pressure];
  };
  const paint = () => {
    const whole = canvas.width;
    context.clearRect(0, 0, whole, whole);
    Object.assign(context, { lineWidth: PEN * whole, lineCap: "round", lineJoin: "round" });
    context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
    for (const stroke of strokes) {
      const [[left, top]] = stroke;
      // A line of no length has no ends in Chromium, and a stroke may be a dot.
      context.beginPath();
      context.arc(left * whole, top * whole, PEN * whole / 2, 0, 2 * Math.PI);
      context.fill();
      context.beginPath();
      for (const [x, y] of stroke) context.lineTo(x * whole, y * whole);
      context.stroke();
    }
  };
  const tell = (kind, detail) =>
    canvas.dispatchEvent(new CustomEvent(`twinglyph-${kind}`, { detail, bubbles: true }));
  const ask = async () => {
    const now = ++asked;
    if (!strokes.length) return;
    try {
      const matches = await recogniser.classify(strokes, [0, 0, 1]);
      // A later drawing is on the pad by now.
      if (now === asked) tell("matches", matches);
    } catch (error) {
      if (now === asked) tell("error", error);
    }
  };
  const change = next => {
    owner = null;
    strokes = next;
    paint();
    ask();
  };
  const distance = ([x, y], [left, top], [right, bottom]) => {
    const [width, height] = [right - left, bottom - top];
    const along = ((x - left) * width + (y - top) * height) / (width ** 2 + height ** 2) || 0;
    const part = Math.min(1, Math.max(0, along));
    return Math.hypot(x - left - part * width, y - top - part * height);
  };
  // The eraser is as wide as the pen.
  const touches = ([x, y], [toX, toY], stroke) => {
    const steps = Math.ceil(Math.hypot(toX - x, toY - y) / PEN) || 1;
    return Array.from({ length: steps + 1 }, (_, step) => step / steps).some(part => {
      const at = [x + (toX - x) * part, y + (toY - y) * part];
      return stroke.some((to, n) => distance(at, stroke[n - 1] ?? to, to) <= PEN);
    });
  };
  const extend = points => {
    if (!owner.erases) strokes.at(-1).push(...points);
    for (const point of owner.erases ? points : []) {
      strokes = strokes.filter(stroke => !touches(owner.last, point, stroke));
      owner.last = point;
    }
    paint();
  };
  const goOn = event => {
    const released = event.pointerType === "mouse" && !(event.buttons & TIP);
    if (event.type === "pointercancel") return change(owner.before);
    if (event.type === "pointermove" && !released) {
      const events = event.getCoalescedEvents?.() ?? [];
      return extend((events.length ? events : [event]).map(place));
    }
    if (strokes.length !== owner.before.length) past.push(owner.before);
    change(strokes);
  };
  const hear = event => {
    const { type, pointerId: id, pointerType: device, button, buttons, timeStamp } = event;
    const rests = timeStamp - penTime < PEN_REST;
    if (device === "pen") penTime = timeStamp;
    const down = type === "pointerdown";
    if (owner?.id === id && !down) return goOn(event);
    if (owner && owner.id !== id && !(owner.device === "touch" && device === "pen")) return;
    // Beside another button, a move tells that this one was pressed.
    const begins = device === "touch" ? down && !rests : down || type === "pointermove";
    const erases = button === 5 || (button === 0 && (buttons & ERASER) !== 0);
    if (!begins || !(erases || (button === 0 && buttons & TIP))) return;
    // What a palm began is no stroke.
    if (owner && owner.id !== id) strokes = owner.before;
    const at = place(event);
    owner = { id, device, erases, before: strokes, last: at };
    if (!erases) strokes = [...strokes, []];
    extend([at]);
    // As a click does: a touch whose default is prevented leaves the focus in a text field.
    if (device !== "mouse") document.activeElement?.blur();
    try {
      canvas.setPointerCapture(id);
    } catch {
      // The pointer has gone already; its end comes then, too.
    }
  };

  // A pen on a button beside the pad is in use, too, and its hand may rest here.
  const hearPen = ({ pointerType, timeStamp, buttons }) => {
    if (pointerType !== "pen") return;
    penTime = timeStamp;
    if (buttons && owner?.device === "touch") change(owner.before);
  };
  for (const type of ["pointerdown", "pointermove"]) addEventListener(type, hearPen);
  for (const type of ["down", "move", "up", "cancel"]) canvas.addEventListener(`pointer${type}`, hear);
  canvas.addEventListener("lostpointercapture", hear);
  // An iPad looks for handwriting in a pencil's quick strokes near a text field, and a right button
  // that is held has a menu.
  for (const type of ["touchstart", "touchmove", "contextmenu"]) {
    canvas.addEventListener(type, event => event.preventDefault(), { passive: false });
  }
  parent.append(canvas);
  return {
    element: canvas,
    // Takes back the last stroke, or what an eraser took.
    undo: () => change(owner?.before ?? past.pop() ?? strokes),
    clear: () => {
      past = [];
      change([]);
    },
    remove() {
      canvas.remove();
      for (const type of ["pointerdown", "pointermove"]) removeEventListener(type, hearPen);
    },
  };
}
