// Edits and runs code on its slide. One key restores the proven output.
import { makeEditable } from "./editor.js";
import { make } from "./make.js";
import * as over from "./over.js";
import { all } from "./sheets.js";
import { current } from "./views.js";
import { word } from "./words.js";

const edits = new Map(); // cell -> { frame, code, source, editor, run, state, html }
let send = null; // null: code cannot be run from the page
let runs = 0;

export function begin(sender) {
  send = sender;
  over.setTools(tools);
}

// The buttons of a cell: edit, or run, stop and restore.
function tools(frame, cell) {
  const [block] = over.blocks(frame, cell, "code");
  if (!block || !send) return [];
  const edit = edits.get(cell);
  if (!edit || edit.frame !== frame) return [over.place(frame, block, tool("edit", cell, () => beginEdit(frame, cell)))];
  const busy = edit.state === "running";
  const box = make("div.tools-of-cell", {},
    busy ? tool("stop", cell, () => send({ type: "stop", run: edit.run })) : tool("run", cell, () => run(cell)),
    tool("restore", cell, () => restore(cell)));
  const overlays = [over.place(frame, block, box)];
  const [output] = busy ? over.blocks(frame, cell, "output") : frame.deck.querySelectorAll(`[data-live="${cell}"]`);
  const sign = busy ? make("span.sign", {}, word("running"))
    : make("span.sign.live", {}, word(edit.state === "stopped" ? "stopped" : "live"));
  if (output) overlays.push(over.place(frame, output, sign));
  return overlays;
}

const tool = (name, cell, onclick) => make(`button.tool.${name}`,
  { type: "button", onclick, title: word(name), "aria-label": word(name), "data-held": `${name} ${cell}` }, word(name));

export function editHere() {
  const code = current()?.deck.querySelector('code[data-role="code"]');
  if (code && send) beginEdit(current(), code.dataset.cell);
}

// Whether the user is typing code.
export const isTyping = () => document.hasFocus() && document.activeElement.isContentEditable;

function beginEdit(frame, cell) {
  const code = frame.deck.querySelector(`code[data-cell="${cell}"][data-role="code"]`);
  if (code.isContentEditable) return code.focus();
  if (!edits.has(cell)) edits.set(cell, { source: code.textContent, state: "", html: "" });
  Object.assign(edits.get(cell), { frame, code, editor: makeEditable(code, onKey) });
  return over.draw([frame]);
}

function onKey(event) {
  const { cell } = event.currentTarget.dataset;
  if (event.isComposing) return;
  if (event.key === "Enter" && event.shiftKey) run(cell);
  else if (event.key === "Escape") restore(cell);
  else return;
  event.preventDefault();
}

function run(cell) {
  const edit = edits.get(cell);
  edit.run = `${Date.now()}-${(runs += 1)}`;
  showResult({ cell, run: edit.run, html: edit.html, state: "running" });
  send({ type: "run", cell: Number(cell), code: edit.editor.text(), run: edit.run });
}

// Show the result of a run in place of the proven output.
export function showResult({ cell, run: id, html, state }) {
  const edit = edits.get(String(cell));
  if (edit?.run !== id) return;
  Object.assign(edit, { html, state });
  render(edit);
}

function render({ frame, code, html, state }) {
  const { cell } = code.dataset;
  const proven = over.blocks(frame, cell, "output");
  for (const element of frame.deck.querySelectorAll(`[data-live="${cell}"]`)) element.remove();
  const template = make("template", { innerHTML: html });
  const live = [...template.content.children];
  for (const element of live) element.dataset.live = cell;
  for (const element of proven) {
    element.toggleAttribute("data-replaced", live.length > 0);
    element.toggleAttribute("data-tried", state === "running");
  }
  if (live.length) (proven[0]?.previousSibling ?? over.blockOf(code)).after(...live);
  over.draw([frame]);
}

function restore(cell) {
  const { frame, editor, run: id, state } = edits.get(cell);
  if (state === "running") send({ type: "stop", run: id });
  edits.delete(cell);
  editor.end();
  for (const element of frame.deck.querySelectorAll(`[data-live="${cell}"]`)) element.remove();
  for (const name of ["data-replaced", "data-tried"]) {
    for (const element of over.blocks(frame, cell, "output")) element.removeAttribute(name);
  }
  over.draw([frame]);
  frame.element.focus({ preventScroll: true });
}

// After slides were replaced, resume editing code that is still there.
export function resumeEdits() {
  for (const [cell, edit] of edits) {
    if (edit.code.isConnected) continue;
    const text = edit.editor.text();
    edit.editor.end();
    const frame = all().find(({ deck }) => deck.querySelector(`code[data-cell="${cell}"]`)?.textContent === edit.source);
    if (!frame) {
      edits.delete(cell);
      continue;
    }
    beginEdit(frame, cell);
    edit.editor.put(text);
    render(edit);
  }
}
