// A process that renders decks while its stdin is open: JSON lines in, JSON lines out.
// argv: { marp, browser, arguments, home, folder, live, prints, formats } as JSON: home is the folder of the parent, folder is
// ours. With live, the process warms up for slides, and opens the browser only for the first file; with prints, it warms up for
// printing.
// in: { id, name, markdown, images, css, themes, formats, known }, or the input of live.mjs with live: true, or
// { id, pictures, density } as data URIs, { id, citing } for citations.mjs, { id, diagram } for
// diagrams.mjs, or the input of shots.mjs; finally "end"
// out: { ready } or { broken }, then { id, files, complaints, plain, broken, measured }, slides, { id, drawn },
// { id, cited }, { id, files } or a diagram, each when it is done
// shipped: whether all themes are ours or Marp's; known: keys of slides that need not be measured; measured: the keys of all slides,
// and null for known ones
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { formatted } from "./citations.mjs";
import { closeBrowser, drawn, keepOneBrowser, measureFile, newPage, printed, readyToMeasure, usual } from "./browser.mjs";
import { diagram } from "./diagrams.mjs";
import { work } from "./job.mjs";
import { loadLate } from "./late.mjs";
import { slides } from "./live.mjs";
import { paper, read } from "./paper.mjs";
import { shots } from "./shots.mjs";
import { atHome, configured } from "./users.mjs";

const { marp, browser, arguments: browserArguments, home, folder, live, prints, formats: FORMATS } = JSON.parse(process.argv[2]);
const require = createRequire(marp);
const CONFIG = fileURLToPath(new URL("./marp.config.mjs", import.meta.url));
const WHOLE = { recursive: true, force: true, maxRetries: 20 }; // the browser may still be writing
const WITHOUT_OUTLINE = ["--pdf"];
const ASKED = { pdf: ({ notes }) => (notes ? ["--pdf-notes"] : []), pptx: ({ editable }) => (editable ? ["--pptx-editable"] : []) };
const GRACE = 500; // ms to wait for a first request before warming up
const WARM = {
  id: "warm", name: "warm", markdown: "# a\n\n$x$\n\n```python\n1\n```\n", images: {}, css: "", themes: [], setup: {},
};

for (const stream of ["log", "info", "warn", "error"]) {
  console[stream] = (...words) => void work.getStore()?.said.push(words.join(" "));
}
process.stdout.on("error", () => {}); // the parent is gone; stdin ends, too
if (live) setFlagsFromString("--heap-growing-percent=20"); // each save leaves half a megabyte of garbage; collect it sooner
loadLate();
const guess = live ? null : usual(browser, folder);
const puppeteer = require("puppeteer-core");
keepOneBrowser(puppeteer, { more: browserArguments, guess, died: () => process.exit(1) });
const { marpCli } = require("@marp-team/marp-cli");
const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
let warm = null; // a promise
let isAsked = false;
let rehearsed = null; // a promise of the measurements of a rehearsal
if (live) tell({ ready: true });
else warmed();
warmUp().catch(() => {}); // errors are reported to the next caller

let ordered = false;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = understood(line);
  if (asked === "end") ordered = true;
  else if (asked) {
    if (!isAsked) watchParent(); // nothing blocks this thread before
    answered(asked).then(tell, (error) => tell({ id: asked.id, failed: String(error.stack ?? error) }));
  }
  isAsked = true;
}
await closeBrowser();
if (!ordered) rmSync(home, WHOLE); // the parent is gone
process.exit(0);

function warmed() {
  warm ??= opened().then((complaint) => {
    if (!complaint) return tell({ ready: true });
    process.stdout.write(`${JSON.stringify({ broken: complaint })}\n`, () => process.exit(1));
    return new Promise(() => {});
  });
  return warm;
}

// Open the browser with the flags of the Marp CLI, taken from a trial conversion if printing is expected or the usual flags do
// not work; returns the error message, or "".
async function opened() {
  if (guess && !prints && await puppeteer.launch(guess).then(readyToMeasure).then(() => true, () => false)) return "";
  const { place, convert } = placed({ ...WARM, id: "opened" });
  const job = { ...WARM, said: [], opens: true };
  await convert(job, path.join(place, "warm.pdf"), FORMATS.pdf[1]).catch((error) => job.said.push(String(error.message)));
  return job.isOpen ? "" : job.said.join("\n") || "the browser did not open";
}

// Until the first request, load what is slow to start; decks for HTML alone are rehearsed instead.
async function warmUp() {
  await new Promise(setImmediate);
  if (!isAsked) require("@marp-team/marp-core");
  if (!live && !prints) return;
  await new Promise((done) => setTimeout(done, GRACE));
  if (isAsked) return;
  if (live) await slides({ ...WARM, marks: [], known: [] }, (themes, setup) => engineOf("engine", themes, setup));
  else await rendered({ ...WARM, formats: ["pdf"] });
}

// The parent may be killed in the middle of a line.
function understood(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

// Exit when the parent dies: stdin ends, but a deck that blocks this thread would never notice.
function watchParent() {
  new Worker(`
    const { rmSync } = require("node:fs");
    const { workerData } = require("node:worker_threads");
    const { ppid } = process;
    const look = setInterval(() => {
      if (process.ppid === ppid) return;
      clearInterval(look);
      setTimeout(() => {
        try {
          rmSync(workerData.home, workerData.WHOLE);
        } finally {
          process.kill(process.pid, "SIGKILL");
        }
      }, 3000);
    }, 500);
  `, { eval: true, workerData: { home, WHOLE } }).unref();
}

async function answered(asked) {
  const { id } = asked;
  if (asked.citing) return { id, cited: formatted(asked.citing) };
  if (asked.pictures) {
    await warmed(); // until the browser is open
    return { id, drawn: await drawn(asked.pictures, asked.density) };
  }
  if (asked.shots) {
    await warmed();
    return { id, ...(await shots(asked, path.join(folder, String(id)))) };
  }
  if (asked.diagram) return { id, ...(await diagram(asked.diagram, () => warmed().then(newPage))) };
  if (asked.rehearses) {
    rehearsed = atHome(asked.setup, () => rendered(asked)).then(({ measured }) => measured, () => null);
    return { id, slides: (await rehearsed)?.slides.length ?? null };
  }
  if (!asked.live) return atHome(asked.setup, () => rendered(asked));
  return { id, ...(await atHome(asked.setup, () => slides(asked, (themes, setup) => engineOf(id, themes, setup)))) };
}

// The engine as set up by the Marp CLI, with all its plugins, taken from rendering an empty deck.
async function engineOf(id, themes, setup) {
  const { place, convert } = placed({ id, name: "engine", markdown: "", themes });
  const job = { images: {}, css: "", setup, said: [] };
  await convert(job, path.join(place, "engine.html"));
  return job.engine;
}

// Writes the input files of the Marp CLI; returns their folder and a function that calls it.
function placed({ id, name, markdown, themes }) {
  const place = path.join(folder, String(id));
  mkdirSync(place);
  const source = path.join(place, `${name}.md`);
  writeFileSync(source, markdown);
  const sheets = themes.map((css, number) => {
    const file = path.join(place, `${number}.css`);
    writeFileSync(file, css);
    return ["--theme-set", file];
  });
  const convert = async (job, target, flags = []) => {
    const told = await configured(job.setup);
    return work.run(Object.assign(job, { told }), () => marpCli([source, "--config-file", CONFIG, "--output", target,
      "--browser", "chrome", "--browser-path", browser, ...flags, ...sheets.flat()]));
  };
  return { place, convert };
}

async function rendered({ id, name, markdown, themes, formats, ...deck }) {
  const { place, convert } = placed({ id, name, markdown, themes });
  const answer = { id, files: {}, complaints: {}, noted: [], plain: null, broken: {}, measured: null, kept: null };
  const job = { ...deck, used: deck.kept && {}, said: [], picture: path.join(place, "first.png") };
  const make = async (form, otherwise, folder = form) => {
    const [suffix, flags] = FORMATS[form];
    const out = path.join(place, folder);
    mkdirSync(out, { recursive: true });
    Object.assign(job, { said: [], moves: form === "html", unlinked: form !== "html", measures: form === "pdf", builds: form === "pdf" && job.printing?.builds });
    const target = path.join(out, `${name}.${suffix}`);
    const asked = (folder === form && ASKED[form]?.(job.printing ?? {})) || [];
    await convert(job, target, [...(otherwise ?? flags), ...asked]).catch((error) => job.said.push(String(error.message)));
    return readdirSync(out).sort().map((file) => path.join(out, file));
  };
  const measuredOn = formats.includes("pdf") ? "pdf" : "html";
  let engine = null;
  for (const form of new Set([...formats.filter((each) => FORMATS[each][1] !== null), measuredOn])) {
    let files = await make(form);
    if (form === "html") ({ engine } = job);
    let complaint = job.said.join("\n");
    if (!files.length && form === "pdf") {
      files = await make(form, WITHOUT_OUTLINE);
      if (files.length) answer.plain = complaint;
    }
    if (files.length && form === "pptx" && job.printing?.editable) {
      answer.noted = await make(form, undefined, "noted");
      if (!answer.noted.length) [files, complaint] = [[], job.said.join("\n")];
    }
    if (files.length || form === "notes-txt") answer.files[form] = files;
    else answer.complaints[form] = complaint;
  }
  answer.broken = job.broken ?? {};
  await warmed(); // until the browser is open and works
  const [page] = answer.files.html ?? [];
  const papers = formats.filter((form) => FORMATS[form][1] === null);
  const printing = papersOf({ ...deck, id, name, markdown, themes, place, engine }, papers).then(
    (files) => Object.assign(answer.files, files),
    ({ message }) => Object.assign(answer.complaints, Object.fromEntries(papers.map((form) => [form, message]))));
  answer.measured = job.measured ?? (page ? await measureFile(page, job, deck.rehearses ? null : await rehearsed) : null);
  await printing; // concurrently: each page has its own process
  if (Object.keys(job.used ?? {}).some((key) => !(key in deck.kept))) answer.kept = job.used;
  return answer;
}

// Files by kind; engine: that of the deck's HTML, if there is one.
async function papersOf({ id, name, themes, setup, place, engine, ...deck }, kinds) {
  if (!kinds.length) return {};
  const marp = engine ?? await engineOf(`${id}-paper`, themes, setup);
  const content = read(deck, marp, await configured(setup));
  const made = {};
  for (const kind of kinds) {
    const out = path.join(place, kind);
    mkdirSync(out);
    const page = path.join(out, `${name}.${FORMATS.notes[0]}`);
    writeFileSync(page, paper(content, kind, name));
    made[kind] = [kind === "notes" ? page : path.join(out, `${name}.${FORMATS[kind][0]}`)];
    if (kind === "handout") await printed(page, made[kind][0]);
  }
  return made;
}
