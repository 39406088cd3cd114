// Twinglyph's recogniser for other pages (docs/embedding.md). The recogniser runs in a frame of the app;
// drawings go into it and rankings come out of it, through a port that only this page and the frame hold.

// Of the messages, as src/session/embed.rs has it.
const VERSION = 1;

// Longest wait for the first ranking to be possible, milliseconds: a slow connection fetches 6 MB.
const PATIENCE = 120_000;

// The pen of the drawings that the network learned from, as a part of the sheet's side.
const PEN = 5 / 105;

// A recogniser of the characters of `set`: the text behind `set=` of an address that the app's page of
// teaching copies, or that address. `app` is where the app is, `device` "cpu" or "webgpu", `model`
// "deep" or "compact".
export async function createRecogniser({ set, app, device, model, patience = PATIENCE } = {}) {
  const address = new URL("embed.html", new URL(app ?? ".", app ? document.baseURI : import.meta.url));
  if (device) address.searchParams.set("device", device);
  if (model) address.searchParams.set("model", model);
  const frame = document.createElement("iframe");
  frame.title = "Twinglyph's recogniser";
  frame.tabIndex = -1;
  frame.setAttribute("aria-hidden", "true");
  // One that is not displayed at all would be slowed down by the browser.
  Object.assign(frame.style, {
    position: "fixed", right: "0", bottom: "0", width: "1px", height: "1px",
    border: "0", opacity: "0", pointerEvents: "none",
  });
  const { port1: port, port2: other } = new MessageChannel();
  const waiting = new Map();
  let opened;
  let hearFrame;
  let last = 0;
  let closed = false;
  const say = message => port.postMessage(JSON.stringify({ twinglyph: VERSION, ...message }));
  const close = () => {
    if (closed) return;
    closed = true;
    removeEventListener("message", hearFrame);
    port.close();
    frame.remove();
    for (const { reject } of waiting.values()) reject(new Error("The recogniser is closed."));
    waiting.clear();
  };

  const open = new Promise((resolve, reject) => {
    opened = { resolve, reject };
    hearFrame = ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== address.origin) return;
      if (typeof data !== "string" || !data.includes('"here"')) return;
      removeEventListener("message", hearFrame);
      frame.contentWindow.postMessage("connect", address.origin, [other]);
      say({ ask: "open", set: String(set).split("set=").pop().trim() });
    };
  });
  port.onmessage = ({ data }) => {
    const { tell, id, classes, matches, none, why } = JSON.parse(data);
    if (tell === "open") opened.resolve(classes);
    if (tell === "refused" && id === undefined) opened.reject(new Error(why));
    const asked = waiting.get(id);
    waiting.delete(id);
    if (tell === "matches") asked?.resolve(Object.assign(matches, { none }));
    if (tell === "refused") asked?.reject(new Error(why));
  };
  addEventListener("message", hearFrame);
  const late = setTimeout(() => {
    opened.reject(new Error(`Twinglyph did not answer at ${address.href}.`));
  }, patience);
  frame.src = address.href;
  document.body.append(frame);
  let classes;
  try {
    classes = await open;
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(late);
  }

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
        waiting.set(id, { resolve, reject });
        try {
          say({ ask: "classify", id, strokes, box });
        } catch (error) {
          waiting.delete(id);
          reject(error);
        }
      });
    },
    // Ends it; what was asked and is not answered is rejected.
    close,
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
  let pen = null;
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
    context.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of strokes) {
      const [[left, top]] = stroke;
      context.beginPath();
      // A line of no length would not be painted, and a stroke may be a dot.
      context.moveTo(left * whole - 0.01, top * whole);
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
    pen = null;
    strokes = next;
    paint();
    ask();
  };

  canvas.addEventListener("pointerdown", event => {
    if (pen !== null || event.button !== 0) return;
    pen = event.pointerId;
    canvas.setPointerCapture(pen);
    strokes.push([place(event)]);
    paint();
  });
  canvas.addEventListener("pointermove", event => {
    if (event.pointerId !== pen) return;
    const events = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1).push(...(events.length ? events : [event]).map(place));
    paint();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, event => {
      if (event.pointerId === pen) change(strokes);
    });
  }
  parent.append(canvas);
  return {
    element: canvas,
    // Takes the last stroke away.
    undo: () => change(strokes.slice(0, -1)),
    clear: () => change([]),
    remove: () => canvas.remove(),
  };
}
