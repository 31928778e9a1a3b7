// The overlays of a slide: running cells, boxes that do not fit, and the buttons of cells.
import { make } from "./make.js";
import { outlines } from "./measured.js";
import { all } from "./sheets.js";
import { word } from "./words.js";

let running = new Map(); // cell -> { label, since }
let tools = () => [];

export const setTools = (toolsOf) => (tools = toolsOf);

// The blocks of a cell on a slide with a role: its code or its outputs.
export const blocks = ({ deck }, cell, role) => [...deck.querySelectorAll(`[data-cell="${cell}"]`)]
  .filter((element) => (element.dataset.role === "code") === (role === "code")).map(blockOf);

export const blockOf = (element) => element.closest("pre, marp-pre") ?? element;

export function setRunning(cells) {
  const before = running;
  running = new Map(cells.map((cell) => [String(cell.cell), cell]));
  const isNews = (cell) => before.has(cell) !== running.has(cell) || before.get(cell)?.since !== running.get(cell)?.since;
  draw(all().filter((frame) => cellsOf(frame).some(isNews)));
}

// Draw the overlays. All reads come before all writes; otherwise each slide would cause a layout.
export function draw(frames) {
  for (const { deck } of frames) {
    for (const element of deck.querySelectorAll("[data-role]")) {
      blockOf(element).toggleAttribute("data-waits", element.dataset.role !== "code" && running.has(element.dataset.cell));
    }
  }
  const overlays = frames.map((frame) => [
    ...outlines(frame), ...cellsOf(frame).flatMap((cell) => [...signs(frame, cell), ...tools(frame, cell)])]);
  frames.forEach(({ over }, index) => {
    const held = over.contains(document.activeElement) ? document.activeElement.dataset.held : null;
    over.replaceChildren(...overlays[index]);
    if (held) over.querySelector(`[data-held="${CSS.escape(held)}"]`)?.focus();
  });
}

const cellsOf = ({ deck }) => [...new Set([...deck.querySelectorAll("[data-cell]")].map(({ dataset }) => dataset.cell))];

function signs(frame, cell) {
  if (!running.has(cell) || frame.deck.querySelector(`[contenteditable][data-cell="${cell}"]`)) return [];
  const [block] = [...blocks(frame, cell, "output"), ...blocks(frame, cell, "code")];
  const text = word(running.get(cell).since ? "running" : "waiting");
  return block ? [place(frame, block, make("span.sign", {}, text))] : [];
}

// Place an element at the upper right corner of a block, at any position and size of the slide.
export function place({ over }, block, element) {
  const [slide, box] = [over.getBoundingClientRect(), block.getBoundingClientRect()];
  element.style.right = `${(100 * (slide.right - box.right)) / slide.width}%`;
  element.style.top = `${(100 * (box.top - slide.top)) / slide.height}%`;
  return element;
}
