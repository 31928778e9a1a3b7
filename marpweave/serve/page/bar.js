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

export function setRunning(cells) {
  const hasEnded = running.length > 0 && cells.length === 0;
  running = cells;
  if (hasEnded && count === 0) announce(proof);
  else if (cells.length) announce(`${word("runs")} ${first().label}`);
  tick();
}

export function setFindings(number, proven, unchecked) {
  proof = unchecked ? `${proven} ${word("right")}, ${unchecked} ${word("unchecked")}` : word(proven ? "proven" : "nothing");
  if (number !== count && number > 0) announce(`${number} ${word(number === 1 ? "finding" : "findings")}`);
  count = number;
  tick();
}

export function setLost(value) {
  if (value !== isLost) notify(word(value ? "lost" : "back"), value ? "warning" : "info");
  isLost = value;
}

// Show a message for a while.
export function notify(text, level = "info") {
  announce(text);
  const message = (news = { text, level });
  setTimeout(() => {
    if (news === message) news = null;
    tick();
  }, NEWS);
  tick();
}

const first = () => running.find(({ since }) => since) ?? running[0];
const announce = (text) => (document.querySelector("#announcement").textContent = text);

function tick() {
  clearTimeout(timer);
  const [kind, ...content] = line();
  state.dataset.state = kind;
  state.replaceChildren(...content);
  if (kind === "runs") timer = setTimeout(tick, 100);
}

function line() {
  if (isLost) return ["warning", word("lost")];
  if (news && (news.level === "warning" || !running.length)) return [news.level, news.text];
  if (running.length) {
    const { label, since } = first();
    const seconds = since ? `${Math.max(0, (Date.now() - since) / 1000).toFixed(1)} s` : "";
    const waiting = running.length - 1;
    return ["runs", make("span", {}, word("runs")), make("code", {}, label), make("time", {}, seconds),
      ...(waiting ? [make("span", {}, `+${waiting} ${word("waits")}`)] : [])];
  }
  if (count === 0) return ["proven", proof];
  return ["", ""];
}
