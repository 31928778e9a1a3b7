// The list of findings, with slides and lines; want and got side by side.
import * as bar from "./bar.js";
import { make } from "./make.js";
import { all } from "./sheets.js";
import { go } from "./views.js";
import { word } from "./words.js";

const STORAGE_KEY = "marpweave findings"; // whether the list is open; it stays so, so that slides do not jump
const panel = document.querySelector("#findings");
const button = document.querySelector('[data-key="i"]');
let addressOf, otherFile, send;

export function begin(callbacks) {
  ({ addressOf, otherFile, send } = callbacks);
}

export function list({ findings, proven = 0, unchecked = 0 }) {
  bar.setFindings(findings.length, proven, unchecked);
  const held = panel.contains(document.activeElement) ? document.activeElement.dataset.held : null;
  const listed = findings.length ? make("ul", {}, ...findings.map(item)) : make("p", {}, word("nothing"));
  panel.replaceChildren(make("h2", {}, word("i")), listed);
  if (held) panel.querySelector(`[data-held="${CSS.escape(held)}"]`)?.focus();
  button.querySelector(".count").textContent = findings.length;
  button.dataset.severity = findings.some(({ severity }) => severity === "error") ? "error" : findings.length ? "warning" : "";
  all().forEach(({ number }, index) => number.toggleAttribute("data-wrong", findings.some(({ slide }) => slide === index + 1)));
  setOpen(localStorage.getItem(STORAGE_KEY) === "open");
}

// Accepting may have failed: enable the buttons again.
export function enableButtons() {
  for (const accept of panel.querySelectorAll(".accept:disabled")) Object.assign(accept, { disabled: false, textContent: word("accept") });
}

export function toggle() {
  localStorage.setItem(STORAGE_KEY, panel.hidden ? "open" : "closed");
  setOpen(panel.hidden);
}

function setOpen(open) {
  panel.hidden = !open;
  panel.setAttribute("aria-label", word("i"));
  button.setAttribute("aria-expanded", String(open));
  document.body.toggleAttribute("data-findings", open);
}

function item({ id, kind, severity, slide, line, path, message, want, got, acceptable }) {
  const where = [slide ? `${word("slide")} ${slide}` : "", line ? `${otherFile(path)}${word("line")} ${line}` : ""].filter(Boolean).join(" · ");
  const link = make("a.where", { href: addressOf(line, path), title: word("open"), "data-held": `open ${id}` }, where);
  link.addEventListener("click", () => slide && go(slide - 1));
  const accept = acceptable ? make("button.accept", { type: "button", "data-held": `accept ${id}` }, word("accept")) : null;
  accept?.addEventListener("click", () => {
    send({ type: "accept", id });
    Object.assign(accept, { disabled: true, textContent: word("accepted") });
  });
  return make("li", { "data-severity": severity, "data-id": id },
    make("div.head", {}, link, make("span.kind", {}, kind)), make("p", {}, message),
    want === null && got === null ? null : make("div.compared", {}, side("want", want), side("got", got)), accept);
}

const side = (which, text) => make("figure", {}, make("figcaption", {}, word(which)), make("pre", { tabIndex: 0 }, text ?? ""));
