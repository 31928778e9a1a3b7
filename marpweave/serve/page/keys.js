// The actions of keys and buttons.
import * as findings from "./findings.js";
import { receiveKeys } from "./frames.mjs";
import * as help from "./help.js";
import { editHere } from "./cells.js";
import { openPresenter } from "./presenter.js";
import { all } from "./sheets.js";
import { back, forward, fullScreen, go, leave, look, position, toggle, view } from "./views.js";

const down = (step) => (view() === "overview" ? go(position().at + step * columns()) : null);
const ACTIONS = {
  ArrowRight: forward, ArrowLeft: back, PageDown: forward, PageUp: back, " ": forward,
  ArrowDown: () => down(1), ArrowUp: () => down(-1),
  Home: () => go(0), End: () => go(all().length - 1),
  Enter: () => look("one"), Escape: leave,
  s: () => toggle("one"), o: () => toggle("overview"), f: fullScreen, p: openPresenter, i: findings.toggle, e: editHere,
  d: toggleScheme, "?": help.open,
};
const FREE = new Set(["ArrowDown", "ArrowUp"]); // they scroll the page

export function listen() {
  receiveKeys();
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (ctrlKey || metaKey || altKey || event.defaultPrevented || isHandled(target, key)) return;
    if (FREE.has(key) && view() !== "overview") {
      if (view() === "scroll") return;
      (key === "ArrowDown" ? forward : back)();
    } else if (key === " " && shiftKey) back();
    else if (ACTIONS[key]) ACTIONS[key]();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-key]");
    if (button) ACTIONS[button.dataset.key]();
    const frame = all().findIndex(({ element }) => element.contains(target));
    if (frame >= 0 && !target.closest("a, button, [contenteditable]")) pick(frame);
  });
}

// Whether the focused element handles a key itself.
const isHandled = (target, key) => target.isContentEditable || target.closest("input, textarea, select, dialog[open]")
  || ((key === "Enter" || key === " ") && target.closest("a, button, summary"));

function pick(frame) {
  if (view() === "overview") {
    go(frame);
    leave();
  } else if (view() === "scroll") go(frame, 0, { still: true });
}

function columns() {
  const [first] = all();
  const top = first.element.offsetTop;
  return all().findIndex(({ element }) => element.offsetTop > top) || 1;
}

function toggleScheme() {
  const root = document.documentElement;
  const dark = getComputedStyle(root).colorScheme === "dark"
    || (getComputedStyle(root).colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.style.colorScheme = dark ? "light" : "dark";
  localStorage.setItem("marpweave scheme", root.style.colorScheme);
}
