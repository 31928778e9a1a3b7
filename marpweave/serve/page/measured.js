// Measures whether slides fit, with the same function as builds.
import { make } from "./make.js";
import { faultsOfSlides, settled } from "./measure.mjs";
import { all } from "./sheets.js";
import { word } from "./words.js";

let wanted = new Set();
let current = null; // the message that is being measured

// Measure the slides at these places and return their frames; concurrent calls are merged.
export async function measure({ seq, pictures = [] }, places, send) {
  const pending = all().filter((frame) => frame.faults === null);
  wanted = new Set([...pending.map((frame) => all().indexOf(frame)), ...places]);
  for (const index of wanted) all()[index].faults = null;
  const request = (current = {});
  await settled();
  if (current !== request) return []; // newer slides have arrived
  const slides = await faultsOfSlides(pictures, [...wanted]);
  if (current !== request) return [];
  slides.forEach((faults, index) => {
    if (faults) Object.assign(all()[index], { faults });
  });
  send({ type: "measured", seq, slides });
  return all().filter((_, index) => slides[index]);
}

// The boxes on a slide that do not fit.
export const outlines = ({ faults }) => (faults ?? []).filter(({ box }) => box).map(({ box: [left, top, width, height] }) => {
  const outline = make("div.outline", {}, make("span", {}, word("cut")));
  Object.assign(outline.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  return outline;
});
