// Where the app is: `?app=https://example.org/twinglyph/`, else where `cargo xtask serve` has it.
import set from "./signs.js";

const app = new URLSearchParams(location.search).get("app") ?? "http://127.0.0.1:8080/";
const state = document.querySelector("#state");
const list = document.querySelector("#matches");

try {
  const { createRecogniser, createPad } = await import(new URL("embed.js", app));
  const recogniser = await createRecogniser({ set, model: "compact", device: "cpu" });
  const pad = createPad(document.querySelector("#pad"), recogniser);
  document.querySelector("#undo").addEventListener("click", pad.undo);
  document.querySelector("#clear").addEventListener("click", pad.clear);
  pad.element.addEventListener("twinglyph-matches", ({ detail }) => {
    state.textContent = detail.none ? "Probably none of these." : `It is a ${detail[0].name}.`;
    list.replaceChildren(...detail.map(({ name, similarity }) => {
      const item = document.createElement("li");
      item.textContent = `${name}: ${similarity.toFixed(2)}`;
      return item;
    }));
  });
  pad.element.addEventListener("twinglyph-error", ({ detail }) => {
    state.textContent = detail.message;
  });
  state.textContent = `It knows: ${recogniser.classes.join(", ")}.`;
} catch (error) {
  state.textContent = `The recogniser can't be used. ${error.message}`;
}
