// The presenter window: this slide, the next one, notes and the time, in step with the other windows.
import { make } from "./make.js";
import { back, forward, go, onMove, position, view } from "./views.js";
import { all, pageOf } from "./sheets.js";
import { word } from "./words.js";

const isPresenter = new URLSearchParams(location.search).has("presenter");
const channel = new BroadcastChannel(`marpweave ${location.pathname}`);
let since = Date.now();
let notes = [];
let desk = null;
let opened = null; // the presenter window

export const openPresenter = () =>
  void (opened = window.open(`${location.pathname}?presenter#${position().at + 1}`, "marpweave presenter", "popup,width=1100,height=720"));

export function begin() {
  const from = isPresenter ? "presenter" : "page";
  onMove((to) => {
    channel.postMessage({ from, ...to });
    update();
  });
  channel.onmessage = ({ data }) => {
    if (data.from === from) return;
    if (data.asks) channel.postMessage({ from, ...position() });
    else go(data.at, data.step, { aside: true });
    update();
  };
  if (isPresenter) document.body.dataset.view = "presenter";
}

// The notes of each slide.
export function setNotes(texts) {
  notes = texts;
  if (isPresenter && !desk) {
    desk = layOut();
    channel.postMessage({ from: "presenter", asks: true }); // after the slides have arrived
  }
  update();
}

function update() {
  if (!desk) return;
  const { at } = position();
  desk.notes.textContent = notes[at] || word("none");
  desk.notes.toggleAttribute("data-empty", !notes[at]);
  desk.place.textContent = pageOf(at);
  desk.end.hidden = at + 1 < all().length;
}

function layOut() {
  const parts = {
    notes: make("div.notes", { tabIndex: 0, role: "region", "aria-label": word("notes") }), place: make("output.place"),
    clock: make("time.clock"), elapsed: make("time.elapsed"), end: make("p.end", {}, word("end")),
  };
  const reset = make("button.plain", { type: "button", onclick: () => (since = Date.now()) }, word("reset"));
  const step = (label, act, text) => make("button.plain", { type: "button", onclick: act, "aria-label": label }, text);
  document.body.append(make("section.desk", {},
    make("p.next", {}, word("next")), parts.end, parts.notes,
    make("div.times", {}, parts.clock, parts.elapsed, reset,
      make("div.steps", {}, step(word("previous"), back, "←"), parts.place, step(word("next"), forward, "→")))));
  const tick = () => {
    parts.clock.textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const seconds = Math.floor((Date.now() - since) / 1000);
    parts.elapsed.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  setInterval(tick, 500);
  tick();
  return parts;
}

export const presents = () => view() === "presenter";

// Whether an audience may be looking, so that only the presenter's keys change the slide.
export const isOnStage = () => presents() || document.fullscreenElement !== null || matchMedia("(display-mode: fullscreen)").matches
  || (opened !== null && !opened.closed);
