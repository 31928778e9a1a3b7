// The page of a deck: dispatches the server's messages to the parts of the page.
import * as bar from "./bar.js";
import * as cells from "./cells.js";
import * as findings from "./findings.js";
import * as keys from "./keys.js";
import { make, setAttributes } from "./make.js";
import { measure } from "./measured.js";
import * as over from "./over.js";
import * as presenter from "./presenter.js";
import { all, show } from "./sheets.js";
import { go, keepPlace } from "./views.js";
import { connect } from "./wire.js";
import { setLanguage, translated, word } from "./words.js";

const main = document.querySelector("#slides");
const broken = document.querySelector("#broken");
let hello = null;
const initial = Number(location.hash.slice(1) || 1) - 1; // the slide in the initial address
let isFirst = true;
let lastSlides = null; // the last message with slides
let isUnmeasured = true; // the server has no measurements yet

const addressOf = (line, path = hello.path) =>
  hello.editor.replace("{path}", encodeURI(path).replace(/^\//, "")).replace("{line}", line);

// The name of an included file; "" for the deck itself.
const otherFile = (path) => (path && path !== hello.path ? `${path.split(/[\\/]/).pop()} · ` : "");

const HANDLERS = {
  hello(message) {
    hello = message;
    isUnmeasured = true;
    if (message.live) cells.begin(send);
  },
  slides: showSlides,
  running: ({ cells: list }) => (bar.setRunning(list), over.setRunning(list)),
  findings: (message) => findings.list(message),
  broken({ line, path, message }) {
    const link = make("a", { href: addressOf(line, path), title: word("open") }, `${otherFile(path)}${word("line")} ${line}`);
    broken.replaceChildren(make("strong", {}, link), make("p", {}, message), make("small", {}, word("broken")));
    broken.hidden = false;
    document.body.toggleAttribute("data-broken", true);
  },
  whole() {
    broken.hidden = true;
    document.body.removeAttribute("data-broken");
  },
  status({ text, level }) {
    bar.notify(translated(text), level);
    if (level === "warning") findings.enableButtons();
  },
  live: cells.showResult,
};

async function showSlides(message) {
  const isTranslated = setLanguage(message.lang);
  const title = message.title || hello.name;
  if (document.title !== title) document.querySelector("#title").textContent = document.title = title;
  const places = keepPlace(() => show(main, message));
  message.lines.forEach((line, index) =>
    setAttributes(all()[index].number, { href: addressOf(line, message.paths?.[index]), title: word("open") }));
  cells.resumeEdits();
  over.draw(isTranslated ? all() : places.map((place) => all()[place]));
  presenter.setNotes(message.notes);
  if (isFirst) go(initial, 0, { aside: presenter.presents() });
  else if (message.edited !== null && !presenter.isOnStage() && !cells.isTyping()) follow(message.edited);
  isFirst = false;
  if (presenter.presents()) return;
  const unmeasured = isUnmeasured ? all().keys() : places;
  isUnmeasured = false;
  lastSlides = message;
  await measureSlides(unmeasured);
}

async function measureSlides(places) {
  over.draw(await measure(lastSlides, places, send));
}

// Show the edited slide, and highlight it for a moment.
function follow(index) {
  const { element } = all()[index];
  const { top, bottom } = element.getBoundingClientRect();
  go(index, 0, { still: top >= 0 && bottom <= innerHeight });
  element.removeAttribute("data-edited");
  void element.offsetWidth; // restarts the animation
  element.setAttribute("data-edited", "");
}

document.documentElement.style.colorScheme = localStorage.getItem("marpweave scheme") ?? "";
document.fonts.addEventListener("loadingdone", () => lastSlides && measureSlides(all().keys())); // text may have changed its size
findings.begin({ addressOf, otherFile, send: (message) => send(message) });
presenter.begin();
keys.listen();
const send = connect({ receive: (message) => HANDLERS[message.type](message), setLost: bar.setLost });
