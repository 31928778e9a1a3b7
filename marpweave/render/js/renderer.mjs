// A process that renders decks for as long as its stdin is open: JSON lines in, JSON lines out.
// argv: { marp, browser, arguments, home, folder, live } as JSON: home is the folder of the program that asks, folder is
// ours; with live it gets ready for slides, and opens the browser for the first file alone.
// in: { id, name, markdown, images, css, themes, formats }, or what live.mjs takes with live: true; "end" at last
// out: { ready } or { broken }, then { id, files, complaints, plain, measured } or slides as each deck is done
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { closeBrowser, keepOneBrowser, measureFile } from "./browser.mjs";
import { work } from "./job.mjs";
import { slides } from "./live.mjs";

const { marp, browser, arguments: browserArguments, home, folder, live } = JSON.parse(process.argv[2]);
const require = createRequire(marp);
const CONFIG = fileURLToPath(new URL("./marp.config.mjs", import.meta.url));
const FLAGS = {
  html: [], pdf: ["--pdf", "--pdf-outlines", "--pdf-outlines.pages=false"], pptx: ["--pptx"],
  png: ["--images", "png"], notes: ["--notes"],
};
const WHOLE = { recursive: true, force: true, maxRetries: 20 }; // the last words of a browser may still be written
const WITHOUT_OUTLINE = ["--pdf"];
const SUFFIXES = { html: "html", pdf: "pdf", pptx: "pptx", png: "png", notes: "txt" };
const WARM = {
  id: "warm", name: "warm", markdown: "# a\n\n$x$\n\n```python\n1\n```\n", images: {}, css: "", themes: [],
  formats: ["pdf"],
};

for (const stream of ["log", "info", "warn", "error"]) {
  console[stream] = (...words) => void work.getStore()?.said.push(words.join(" "));
}
process.stdout.on("error", () => {}); // who asks is gone, which the end of stdin tells
watchParent();
keepOneBrowser(require("puppeteer-core"), browserArguments, () => process.exit(1));
const { marpCli } = require("@marp-team/marp-cli");
const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
let warm = null; // a promise
if (live) await slides({ ...WARM, marks: [], known: [] }, (themes) => engineOf("engine", themes)).then(() => tell({ ready: true }));
else warmed();

let ordered = false;
for await (const line of createInterface({ input: process.stdin })) {
  const asked = understood(line);
  if (asked === "end") ordered = true;
  else if (asked) answered(asked).then(tell, (error) => tell({ id: asked.id, failed: String(error.stack ?? error) }));
}
await closeBrowser();
if (!ordered) rmSync(home, WHOLE); // nobody is left to do it
process.exit(0);

function warmed() {
  warm ??= rendered(WARM).then(({ complaints }) => {
    if (!complaints.pdf) return tell({ ready: true });
    process.stdout.write(`${JSON.stringify({ broken: complaints.pdf })}\n`, () => process.exit(1));
    return new Promise(() => {});
  });
  return warm;
}

// Who asks may be killed amid a line.
function understood(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

// Who asks was killed: stdin ends, but a deck that keeps this thread busy for good would never see it.
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
  return asked.live ? { id, ...(await slides(asked, (themes) => engineOf(id, themes))) } : rendered(asked);
}

// The engine as the Marp CLI sets it up, with all its own plugins, out of the rendering of an empty deck.
async function engineOf(id, themes) {
  const { place, convert } = placed({ id, name: "engine", markdown: "", themes });
  const job = { images: {}, css: "", said: [] };
  await convert(job, path.join(place, "engine.html"));
  return job.engine;
}

// The files that the Marp CLI reads, and a call of it.
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
  const convert = (job, target, flags = []) => work.run(job, () => marpCli([source, "--config-file", CONFIG, "--output",
    target, "--browser", "chrome", "--browser-path", browser, ...flags, ...sheets.flat()]));
  return { place, convert };
}

async function rendered({ id, name, markdown, themes, formats, ...deck }) {
  const { place, convert } = placed({ id, name, markdown, themes });
  const answer = { id, files: {}, complaints: {}, plain: null, measured: null };
  const job = { ...deck, said: [], picture: path.join(place, "first.png") };
  const make = async (form, flags = FLAGS[form]) => {
    const out = path.join(place, form);
    mkdirSync(out, { recursive: true });
    Object.assign(job, { said: [], moves: form === "html", measures: form === "pdf" });
    const target = path.join(out, `${name}.${SUFFIXES[form]}`);
    await convert(job, target, flags).catch((error) => job.said.push(String(error.message)));
    return readdirSync(out).sort().map((file) => path.join(out, file));
  };
  const measuredOn = formats.includes("pdf") ? "pdf" : "html";
  for (const form of new Set([...formats, measuredOn])) {
    let files = await make(form);
    const complaint = job.said.join("\n");
    if (!files.length && form === "pdf") {
      files = await make(form, WITHOUT_OUTLINE);
      if (files.length) answer.plain = complaint;
    }
    if (files.length || form === "notes") answer.files[form] = files;
    else answer.complaints[form] = complaint;
  }
  if (id !== WARM.id) await warmed(); // the browser is open, and it works
  const [page] = answer.files.html ?? [];
  answer.measured = job.measured ?? (page ? await measureFile(page, job) : null);
  return answer;
}
