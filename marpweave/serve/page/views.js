// The current slide, and the view: all slides in a scroll, one alone, an overview, or the presenter's.
import { marked } from "./make.js";
import { all } from "./sheets.js";

const body = document.body;
const main = document.querySelector("#slides");
let width = main.clientWidth;
let [at, step] = [0, 0];
let behind = "scroll"; // the view after the overview and full screen
let told = () => {};
let addressed = null;

export const view = () => body.dataset.view;
export const place = () => ({ at, step });
export const current = () => all()[at];
export const whenMoved = (tell) => (told = tell);

export function look(wanted) {
  if (wanted === view()) return;
  if (view() !== "overview") behind = view();
  body.dataset.view = wanted;
  go(at, step);
}

export const toggle = (wanted) => look(view() === wanted ? (behind === wanted ? "scroll" : behind) : wanted);
export const leave = () => look(view() === "overview" ? behind : "scroll");

// Go to a slide and one of its steps. aside: do not notify the other windows, which caused the move.
export function go(index, to = 0, { aside = false, still = false } = {}) {
  at = Math.max(0, Math.min(index, all().length - 1));
  step = Math.max(0, Math.min(to, steps(at)));
  shown();
  if (!still) scrolled();
  if (!aside) told({ at, step });
}

export function forward() {
  if (alone() && step < steps(at)) go(at, step + 1);
  else if (at < all().length - 1) go(at + 1);
}

export function back() {
  if (alone() && step > 0) go(at, step - 1);
  else if (at > 0) go(at - 1, steps(at - 1));
}

const alone = () => view() === "one" || view() === "presenter";

// The fragments of a slide, which appear one by one.
const fragments = ({ deck }) => [...deck.querySelectorAll("[data-marpit-fragment]")];
const steps = (index) => (all()[index] ? fragments(all()[index]).length : 0);

function shown() {
  all().forEach((frame, index) => {
    const { element } = frame;
    const here = index === at;
    element.toggleAttribute("data-here", here);
    element.toggleAttribute("data-next", index === at + 1);
    element.inert = alone() && !here;
    if (here) marked(element, { "aria-current": "true" });
    else element.removeAttribute("aria-current");
    fragments(frame).forEach((fragment, number) => { // the name in built files, which styles of steps use
      if (alone() && here) fragment.dataset.bespokeMarpFragment = number < step ? "active" : "inactive";
      else delete fragment.dataset.bespokeMarpFragment;
    });
  });
  if (!all().length) return;
  document.querySelector("#place").textContent = `${at + 1} / ${all().length}`;
  clearTimeout(addressed); // browsers limit the rate of such writes
  addressed = setTimeout(() => history.replaceState(null, "", `#${at + 1}`), 200);
}

function scrolled() {
  if (!alone()) current()?.element.scrollIntoView({ block: view() === "overview" ? "nearest" : "center" });
}

// Change the slides, and keep the current one in place.
export function keepPlace(change) {
  const looked = current();
  const before = looked?.element.getBoundingClientRect().top;
  const result = change();
  const index = looked ? all().indexOf(looked) : -1;
  go(index < 0 ? at : index, step, { aside: true, still: true });
  if (index >= 0 && !alone()) scrollBy(0, looked.element.getBoundingClientRect().top - before);
  return result;
}

let waits = false;
addEventListener("scroll", () => {
  if (waits || view() !== "scroll") return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    if (width !== main.clientWidth) return; // a resize is about to restore the position
    const middle = innerHeight / 2;
    const away = ({ element }) => {
      const { top, bottom } = element.getBoundingClientRect();
      return Math.abs((top + bottom) / 2 - middle);
    };
    const index = all().reduce((best, frame, each, frames) => (away(frame) < away(frames[best]) ? each : best), 0);
    if (index !== at) go(index, 0, { still: true });
  });
}, { passive: true });

// Keep the current slide in sight when slides change their size.
new ResizeObserver(() => {
  if (width === main.clientWidth) return;
  width = main.clientWidth;
  scrolled();
}).observe(main);

// Follow links to other slides, by number or by a name on the slide.
addEventListener("hashchange", () => {
  const name = decodeURIComponent(location.hash.slice(1));
  const named = all().findIndex(({ element }) => element.querySelector(`a[name="${CSS.escape(name)}"]`));
  go(Math.max(Number(name) - 1 || named, 0));
});

export async function fullScreen() {
  if (document.fullscreenElement) return document.exitFullscreen();
  look("one");
  return document.documentElement.requestFullscreen();
}

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && view() === "one") look(behind);
});
