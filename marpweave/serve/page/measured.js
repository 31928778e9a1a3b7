// Whether the slides fit, by the function that measures builds, and where they do not.
import { make } from "./make.js";
import { faultsOfSlides, settled } from "./measure.mjs";
import { all } from "./sheets.js";
import { word } from "./words.js";

let wanted = new Set();
let at = null; // the message that is measured now

// Measure the slides at these places, and give their frames; who asks again before it is done adds to it.
export async function measure({ seq, pictures = [] }, places, say) {
  const still = all().filter((frame) => frame.faults === null);
  wanted = new Set([...still.map((frame) => all().indexOf(frame)), ...places]);
  for (const index of wanted) all()[index].faults = null;
  const mine = (at = {});
  await settled();
  if (at !== mine) return []; // newer slides have come
  const slides = await faultsOfSlides(pictures, [...wanted]);
  if (at !== mine) return []; // newer slides have come
  slides.forEach((faults, index) => {
    if (faults) Object.assign(all()[index], { faults });
  });
  say({ type: "measured", seq, slides });
  return all().filter((_, index) => slides[index]);
}

// The boxes of a slide that do not fit.
export const outlines = ({ faults }) => (faults ?? []).filter(({ box }) => box).map(({ box: [left, top, width, height] }) => {
  const outline = make("div.outline", {}, make("span", {}, word("cut")));
  Object.assign(outline.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  return outline;
});
