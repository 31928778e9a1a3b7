// The current slide, and the view: all slides in a scroll, one alone, an overview, or the presenter's.
import { setAttributes } from "./make.js";
import { all } from "./sheets.js";

const body = document.body;
const main = document.querySelector("#slides");
let width = main.clientWidth;
let [at, step] = [0, 0];
let previousView = "scroll"; // the view after the overview and full screen
let listener = () => {};
let addressTimer = null;

export const view = () => body.dataset.view;
export const position = () => ({ at, step });
export const current = () => all()[at];
export const onMove = (callback) => (listener = callback);

export function look(wanted) {
  if (wanted === view()) return;
  if (view() !== "overview") previousView = view();
  body.dataset.view = wanted;
  go(at, step);
}

export const toggle = (wanted) => look(view() === wanted ? (previousView === wanted ? "scroll" : previousView) : wanted);
export const leave = () => look(view() === "overview" ? previousView : "scroll");

// Go to a slide and one of its steps. aside: do not notify the other windows, which caused the move.
export function go(index, to = 0, { aside = false, still = false } = {}) {
  at = Math.max(0, Math.min(index, all().length - 1));
  step = Math.max(0, Math.min(to, steps(at)));
  render();
  if (!still) scrollToCurrent();
  if (!aside) listener({ at, step });
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

function render() {
  all().forEach((frame, index) => {
    const { element } = frame;
    const isCurrent = index === at;
    element.toggleAttribute("data-here", isCurrent);
    element.toggleAttribute("data-next", index === at + 1);
    element.inert = alone() && !isCurrent;
    if (isCurrent) setAttributes(element, { "aria-current": "true" });
    else element.removeAttribute("aria-current");
    fragments(frame).forEach((fragment, number) => { // the name in built files, which styles of steps use
      if (alone() && isCurrent) fragment.dataset.bespokeMarpFragment = number < step ? "active" : "inactive";
      else delete fragment.dataset.bespokeMarpFragment;
    });
  });
  if (!all().length) return;
  document.querySelector("#place").textContent = `${at + 1} / ${all().length}`;
  clearTimeout(addressTimer); // browsers limit the rate of such writes
  addressTimer = setTimeout(() => history.replaceState(null, "", `#${at + 1}`), 200);
}

function scrollToCurrent() {
  if (!alone()) current()?.element.scrollIntoView({ block: view() === "overview" ? "nearest" : "center" });
}

// Change the slides, and keep the current one in place.
export function keepPlace(change) {
  const frame = current();
  const before = frame?.element.getBoundingClientRect().top;
  const result = change();
  const index = frame ? all().indexOf(frame) : -1;
  go(index < 0 ? at : index, step, { aside: true, still: true });
  if (index >= 0 && !alone()) scrollBy(0, frame.element.getBoundingClientRect().top - before);
  return result;
}

let isScheduled = false;
addEventListener("scroll", () => {
  if (isScheduled || view() !== "scroll") return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    if (width !== main.clientWidth) return; // a resize is about to restore the position
    const middle = innerHeight / 2;
    const distance = ({ element }) => {
      const { top, bottom } = element.getBoundingClientRect();
      return Math.abs((top + bottom) / 2 - middle);
    };
    const index = all().reduce((best, frame, number, frames) => (distance(frame) < distance(frames[best]) ? number : best), 0);
    if (index !== at) go(index, 0, { still: true });
  });
}, { passive: true });

// Keep the current slide in sight when slides change their size.
new ResizeObserver(() => {
  if (width === main.clientWidth) return;
  width = main.clientWidth;
  scrollToCurrent();
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
  if (!document.fullscreenElement && view() === "one") look(previousView);
});
