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

// A message as it goes.
const worded = message => JSON.stringify({ twinglyph: VERSION, ...message });

// A frame with the app's document of this address, at the end of `parent`. Each document that comes into it, as after
// the frame was moved, has a port of its own and is greeted; `hear` gets what it tells, `fail` why there is none.
function open(parent, address, { style, patience = SILENCE, greet, hear, fail }) {
  const frame = document.createElement("iframe");
  Object.assign(frame.style, { border: "0", ...style });
  let port;
  // Has the document said that it is here, and not been loaded yet?
  let here = false;
  let silence;
  const listen = wait => {
    clearTimeout(silence);
    silence = setTimeout(async () => {
      const cause = await causeOf(address);
      if (!silence) return;
      silence = undefined;
      fail(`Twinglyph did not answer at ${address.href}: ${cause}.`);
    }, wait);
  };
  const hush = () => {
    clearTimeout(silence);
    silence = undefined;
  };
  const hearFrame = ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== address.origin) return;
    if (typeof data !== "string" || !data.includes('"here"')) return;
    hush();
    here = true;
    port?.close();
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port.onmessage = ({ data }) => hear(JSON.parse(data));
    frame.contentWindow.postMessage("connect", address.origin, [port2]);
    greet();
  };
  addEventListener("message", hearFrame);
  // A document of the app says that it is here before it is loaded, or never.
  frame.addEventListener("load", () => {
    if (!here && !silence) listen(SILENCE);
    here = false;
  });
  // A host that leads on to another address may drop the query; the fragment stays.
  if (address.search) address.hash = `#/${address.search}`;
  frame.src = address.href;
  parent.append(frame);
  listen(Math.min(SILENCE, patience));
  return {
    frame,
    post: text => port?.postMessage(text),
    close() {
      hush();
      removeEventListener("message", hearFrame);
      port?.close();
      frame.remove();
    },
  };
}

// A recogniser of the characters of `set`: an address that the app's page of teaching copies, whatever stands behind it,
// or the text behind its `set=`. `app` is where the app is, `device` "cpu" or "webgpu", `model`
// "deep" or "compact".
export async function createRecogniser({ set, app, device, model, patience = PATIENCE } = {}) {
  const address = addressIn(app);
  if (device) address.searchParams.set("device", device);
  if (model) address.searchParams.set("model", model);
  // Of the document that is in the frame now.
  let ready = false;
  let late;
  // Questions in their order, each with its text, which another document is asked anew.
  const waiting = new Map();
  let opened;
  let last = 0;
  let closed = false;
  const close = (why = "The recogniser is closed.") => {
    if (closed) return;
    closed = true;
    clearTimeout(late);
    link.close();
    const error = new Error(why);
    opened.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const greet = () => {
    ready = false;
    link.post(worded({ ask: "open", set: String(set) }));
    clearTimeout(late);
    late = setTimeout(() => close(`Twinglyph did not answer at ${address.href}.`), patience);
  };
  const hear = ({ tell, id, classes, matches, none, why }) => {
    if (tell === "open") {
      clearTimeout(late);
      ready = true;
      opened.resolve(classes);
      for (const { text } of waiting.values()) link.post(text);
    }
    if (tell === "refused" && id === undefined) close(why);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (tell === "matches") asked?.resolve(Object.assign(matches, { none }));
    if (tell === "refused") asked?.reject(new Error(why));
  };
  // What is left of a frame that is taken out of the document answers nothing.
  const watch = () => {
    if (!waiting.size) return;
    if (link.frame.isConnected) setTimeout(watch, LOOK);
    else close("The recogniser's frame was taken out of the page.");
  };

  const coming = new Promise((resolve, reject) => {
    opened = { resolve, reject };
  });
  // One that is not displayed at all would be slowed down by the browser.
  const style = {
    position: "fixed", right: "0", bottom: "0", width: "1px", height: "1px", opacity: "0", pointerEvents: "none",
  };
  const link = open(document.body, address, { style, patience, greet, hear, fail: close });
  link.frame.title = "Twinglyph's recogniser";
  link.frame.tabIndex = -1;
  link.frame.setAttribute("aria-hidden", "true");
  const classes = await coming;

  return {
    // Names of the classes.
    classes,
    // Where the app is.
    app: new URL(".", address).href,
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
        if (ready) link.post(text);
        if (waiting.size === 1) watch();
      });
    },
    // Ends it; what was asked and is not answered is rejected.
    close: () => close(),
  };
}

// The app's own pad as a square at the end of `parent`, in a frame. Its element gets a "twinglyph-matches" event
// after each stroke, with what `classify` gives as its detail, and "twinglyph-error" with an Error.
export function createPad(parent, recogniser, { side = 280, label = "Draw a character" } = {}) {
  const address = addressIn(recogniser.app);
  address.searchParams.set("pad", "");
  let strokes = [];
  let asked = 0;
  const tell = (kind, detail) =>
    link.frame.dispatchEvent(new CustomEvent(`twinglyph-${kind}`, { detail, bubbles: true }));
  const ask = async () => {
    const now = ++asked;
    if (!strokes.length) return;
    try {
      const matches = await recogniser.classify(strokes);
      // A later drawing is on the pad by now.
      if (now === asked) tell("matches", matches);
    } catch (error) {
      if (now === asked) tell("error", error);
    }
  };
  const post = message => link.post(worded(message));
  // The ink has the colour of the text here, whenever that changes.
  const show = () => post({ ask: "show", colour: getComputedStyle(link.frame).color, label });
  const greet = () => {
    show();
    if (strokes.length) post({ ask: "put", strokes });
  };
  const hear = message => {
    if (message.tell === "refused") tell("error", new Error(message.why));
    if (message.tell !== "drawn") return;
    strokes = message.strokes;
    ask();
  };
  // Both the frame and its document follow the person's choice of light and dark: the ground of one that does not
  // is opaque.
  const style = {
    width: `${side}px`, maxWidth: "100%", height: "auto", aspectRatio: "1", boxSizing: "border-box",
    border: "1px solid currentcolor", colorScheme: "light dark", transition: "color 1ms",
  };
  const fail = why => tell("error", new Error(why));
  const link = open(parent, address, { style, greet, hear, fail });
  link.frame.title = label;
  link.frame.addEventListener("transitionend", show);
  // A pen on a button beside the pad is in use, too, and its hand may rest on the pad.
  const hearPen = ({ pointerType, buttons }) => {
    if (pointerType === "pen") post({ ask: "pen", pressed: buttons !== 0 });
  };
  for (const type of ["pointerdown", "pointermove"]) addEventListener(type, hearPen);
  return {
    element: link.frame,
    // Takes back the last stroke, or what an eraser took.
    undo: () => post({ ask: "undo" }),
    clear: () => post({ ask: "clear" }),
    remove() {
      link.close();
      for (const type of ["pointerdown", "pointermove"]) removeEventListener(type, hearPen);
    },
  };
}
