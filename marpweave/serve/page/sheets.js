// The slides of the page: only changed ones are replaced, each in a persistent frame.
import marp from "./marp.js";
import { addFrames } from "./frames.mjs";
import { make, setAttributes } from "./make.js";
import { word } from "./words.js";

const SECTION = ":scope > foreignObject > section";
const update = marp.browser(document);
const html = new Map(); // hash -> slide, since one may occur twice
let frames = []; // { key, element, deck, over, number, page } in order

export const all = () => frames;

// The page number of a slide, which may not count the cover; in a deck without page numbers, its position.
export function pageOf(index) {
  const [, total] = frames.find(({ page }) => page[1])?.page ?? [];
  return total ? `${frames[index].page[0] ?? "–"} / ${total}` : `${index + 1} / ${frames.length}`;
}

// Show a deck; returns the indices of the new slides.
export function show(main, message) {
  for (const [key, text] of Object.entries(message.html)) html.set(key, text);
  for (const key of html.keys()) if (!message.order.includes(key)) html.delete(key);
  const isRestyled = message.css !== null && setStyle(message.css);
  const [width, height] = message.size;
  document.documentElement.style.setProperty("--width", width);
  document.documentElement.style.setProperty("--height", height);
  const replaced = place(main, message.order);
  frames.forEach((frame, index) => setNumber(frame, index, message));
  update.update();
  return isRestyled ? frames.map((_, index) => index) : replaced;
}

function setStyle(css) {
  const sheet = document.querySelector("#theme");
  if (sheet.textContent === css) return false;
  sheet.textContent = css;
  return true;
}

function place(main, order) {
  const reused = match(order);
  const unused = frames.filter((frame) => !reused.includes(frame));
  const replaced = [];
  const next = order.map((key, index) => {
    if (reused[index]) return reused[index];
    replaced.push(index);
    return fill(unused.shift() ?? create(), key);
  });
  for (const { element } of unused) element.remove();
  next.forEach(({ element }, index) => {
    if (main.children[index] !== element) main.insertBefore(element, main.children[index] ?? null);
  });
  frames = next;
  return replaced;
}

// The frames that already show the slides, preferring the same place.
function match(order) {
  const free = new Set(frames);
  const take = (frame) => (free.delete(frame) ? frame : null);
  const same = order.map((key, index) => (frames[index]?.key === key ? take(frames[index]) : null));
  return order.map((key, index) => same[index] ?? take([...free].find((frame) => frame.key === key)));
}

function create() {
  const deck = make("div.deck"), over = make("div.over"), number = make("a.number");
  const element = make("article.frame", { tabIndex: -1, "aria-roledescription": word("slide") }, number, make("div.sheet", {}, deck, over));
  return { key: "", element, deck, over, number, page: [], faults: [] };
}

function fill(frame, key) {
  const template = document.createElement("template");
  template.innerHTML = html.get(key);
  for (const image of template.content.querySelectorAll("img")) image.decoding = "sync"; // prevents flickering
  frame.deck.replaceChildren(template.content);
  addFrames(frame.deck, (inner, address) => (inner.src = address));
  frame.key = key;
  return frame;
}

function setNumber(frame, index, { pages, order }) {
  const { element, deck, number } = frame;
  setAttributes(element, { "aria-label": `${index + 1} ${word("of")} ${order.length}` });
  if (number.textContent !== String(index + 1)) number.textContent = index + 1;
  const [page, total] = (frame.page = pages[index] ?? []);
  const numbers = { id: index + 1, "data-marpit-pagination": page, "data-marpit-pagination-total": total };
  for (const section of deck.firstElementChild.querySelectorAll(SECTION)) {
    for (const [name, value] of Object.entries(numbers)) {
      if (section.hasAttribute(name) && section.getAttribute(name) !== String(value)) section.setAttribute(name, value);
    }
  }
}
