// The status bar: what is running and for how long, and messages; a screen reader announces only changes.
import { make } from "./make.js";
import { word } from "./words.js";

const NEWS = 6000; // ms that a message stays
const state = document.querySelector("#state");
let running = [];
let count = null; // of findings; null: unknown yet
let proof = ""; // how much is proven, if there are no findings
let isLost = false;
let news = null;
let timer = null;

export function runs(cells) {
  const done = running.length > 0 && cells.length === 0;
  running = cells;
  if (done && count === 0) announced(proof);
  else if (cells.length) announced(`${word("runs")} ${first().label}`);
  tick();
}

export function found(number, proven, unchecked) {
  proof = unchecked ? `${proven} ${word("right")}, ${unchecked} ${word("unchecked")}` : word(proven ? "proven" : "nothing");
  if (number !== count && number > 0) announced(`${number} ${word(number === 1 ? "finding" : "findings")}`);
  count = number;
  tick();
}

export function lost(is) {
  if (is !== isLost) told(word(is ? "lost" : "back"), is ? "warning" : "info");
  isLost = is;
}

// Show a message for a while.
export function told(text, level = "info") {
  announced(text);
  const mine = (news = { text, level });
  setTimeout(() => {
    if (news === mine) news = null;
    tick();
  }, NEWS);
  tick();
}

const first = () => running.find(({ since }) => since) ?? running[0];
const announced = (text) => (document.querySelector("#told").textContent = text);

function tick() {
  clearTimeout(timer);
  const [kind, ...shown] = line();
  state.dataset.state = kind;
  state.replaceChildren(...shown);
  if (kind === "runs") timer = setTimeout(tick, 100);
}

function line() {
  if (isLost) return ["warning", word("lost")];
  if (news && (news.level === "warning" || !running.length)) return [news.level, news.text];
  if (running.length) {
    const { label, since } = first();
    const seconds = since ? `${Math.max(0, (Date.now() - since) / 1000).toFixed(1)} s` : "";
    const rest = running.length - 1;
    return ["runs", make("span", {}, word("runs")), make("code", {}, label), make("time", {}, seconds),
      ...(rest ? [make("span", {}, `+${rest} ${word("waits")}`)] : [])];
  }
  if (count === 0) return ["proven", proof];
  return ["", ""];
}
