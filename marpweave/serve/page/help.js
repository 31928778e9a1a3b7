// The keys of the page.
import { make } from "./make.js";
import { word } from "./words.js";

export function open() {
  const dialog = document.querySelector("#help");
  const rows = word("keys").map(([keys, action]) => make("div", {}, make("dt", {}, make("kbd", {}, keys)), make("dd", {}, action)));
  const close = make("button.plain", { type: "button", autofocus: true, onclick: () => dialog.close() }, word("close"));
  dialog.replaceChildren(make("h2", {}, word("?")), make("dl", {}, ...rows), close);
  dialog.showModal();
}
