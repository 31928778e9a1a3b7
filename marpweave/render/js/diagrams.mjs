// Draws diagrams as SVG: Mermaid in an isolated frame, Graphviz in a thread.
// Plotly draws its plots with its own script, the file { tool }, in such a page; HTML becomes a picture of its frame.
// in: { language, source, id, look, css }; out: { svg } or { error }, with { passing } if another attempt may succeed, and
// { asked }, the addresses that HTML requested
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { TEXT } from "./css.mjs";
import { sealed } from "./frames.mjs";

const require = createRequire(import.meta.url);
const TIMEOUT = 20; // seconds per diagram
const TICK = 0.1; // seconds
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";
const FAMILY = `${TEXT}, sans-serif`;
const SMALL = 0.75; // where Mermaid has no room for more
const VIEW = { width: 960, height: 450 }; // maximum CSS pixels of HTML
const LATE = 500; // milliseconds
const ASKED = "marpweave: asked for "; // prefix of messages about blocked addresses
const WIDE = 960; // CSS pixels of a Gantt chart
const STRONG = { false: ["#0072b2", "#d55e00", "#009e73", "#cc79a7"], true: ["#56b4e9", "#e69f00", "#2fc39a", "#e39bc4"] }; // of lines, by whether the slide is dark
const TOO_LONG = { error: `it takes longer than ${TIMEOUT} s; make it smaller`, passing: true };
const broken = (error) => ({ error: String(error.message ?? error), passing: true }); // a fault of the drawing program, not of the diagram

let thread = null;
let page = null; // a promise
let last = Promise.resolve();

// One at a time, so that a drawing that takes too long can be aborted.
export function diagram(asked, newPage) {
  const draw = { dot: () => laidOut(asked), plotly: () => plotted(asked, newPage), html: () => pictured(asked, newPage) }[asked.language] ?? (() => drawn(asked, newPage));
  return (last = last.then(() => twice(draw)));
}

// Retry once in a new page or thread, since either may crash.
async function twice(draw) {
  const found = await draw();
  return found.passing && found !== TOO_LONG ? draw() : found;
}

async function laidOut({ source, look }) {
  thread ??= new Worker(new URL("./dot.mjs", import.meta.url));
  thread.unref();
  const answer = new Promise((done, fail) => {
    thread.once("message", done);
    thread.once("error", fail);
  });
  thread.postMessage({ source, look });
  const found = await within(answer).catch(broken);
  if (!found || !found.svg) {
    await thread.terminate(); // the state of Graphviz is unknown after an error
    thread = null;
  }
  return found ?? TOO_LONG;
}

async function drawn({ source, id, look, css }, newPage) {
  page ??= newPage().then(ready); // a slow browser start does not count
  const made = async (each) => {
    const frame = await (await each.evaluateHandle(emptied)).contentFrame();
    await frame.evaluate(seed);
    await frame.evaluate(dated);
    await each.evaluate(started);
    return frame.evaluate(draw, { source, id, css, settings: settings(look) });
  };
  const found = await page.then((each) => within(made(each))).catch(broken) ?? TOO_LONG;
  if (found.passing) {
    page.then((each) => each.close()).catch(() => {});
    page = null;
  }
  return found;
}

// Draw in a new page, since drawings leave state behind.
async function drawnAlone(newPage, act) {
  let fresh = null;
  try {
    fresh = await newPage();
    return (await within(act(fresh))) ?? TOO_LONG;
  } catch (error) {
    return broken(error);
  } finally {
    fresh?.close().catch(() => {});
  }
}

function plotted({ source, tool, css }, newPage) {
  if (!tool) return { error: "it needs Plotly's JavaScript: pip install plotly", passing: true };
  return drawnAlone(newPage, async (page) => {
    await page.setContent(`<meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>${css}</style><body></body>`);
    await page.evaluate(readFileSync(tool, "utf8"));
    await page.evaluate(seed);
    await page.evaluate(dated);
    return page.evaluate(plot, source);
  });
}

// Make random numbers reproducible; also runs in pages and their frames.
export function seed() {
  let state = 1;
  Math.random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
}

// Set the clock, so that drawings do not depend on the day; it stands unless it runs. Runs in pages and their frames.
function dated(runs) {
  const now = () => Date.UTC(2000, 0, 1) + (runs ? Math.floor(performance.now()) : 0);
  globalThis.Date = new Proxy(Date, {
    construct: (made, words, self) => Reflect.construct(made, words.length ? words : [now()], self),
    get: (made, name) => (name === "now" ? now : made[name]),
  });
}

// Runs in the page.
async function plot(source) {
  await Promise.all([...document.fonts].map((font) => font.load()));
  const { data, layout } = JSON.parse(source);
  const { width, height } = layout;
  try {
    const made = await Plotly.toImage({ data, layout }, { format: "svg", width, height });
    return { svg: decodeURIComponent(made.slice(made.indexOf(",") + 1)) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

// As wide as a slide, and as high as the content; waits for scripts that draw late.
function pictured({ source }, newPage) {
  return drawnAlone(newPage, async (page) => {
    await page.setViewport({ ...VIEW, deviceScaleFactor: 2 });
    const asked = new Set();
    page.on("console", (said) => said.text().startsWith(ASKED) && asked.add(said.text().slice(ASKED.length)));
    await page.evaluateOnNewDocument(seed);
    await page.evaluateOnNewDocument(dated, true);
    await page.evaluateOnNewDocument(watched, ASKED);
    return { svg: await taken(page, source), asked: [...asked].sort() };
  });
}

async function taken(page, source) {
  await page.setContent(sealed(source), { waitUntil: "load" });
  const inner = await (await page.$("iframe")).contentFrame();
  await new Promise((done) => setTimeout(done, LATE));
  const height = Math.min(VIEW.height, Math.max(1, await inner.evaluate(() => Math.ceil(document.documentElement.offsetHeight))));
  const png = await page.screenshot({ encoding: "base64", omitBackground: true, clip: { x: 0, y: 0, width: VIEW.width, height } });
  const size = `width="${VIEW.width}" height="${height}"`;
  const image = `<image ${size} href="data:image/png;base64,${png}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${image}</svg>`;
}

// Runs in the page and its frames.
function watched(mark) {
  const { debug } = console;
  addEventListener("securitypolicyviolation", ({ blockedURI }) => /^(?:http|ws)s?:/.test(blockedURI) && debug(mark + blockedURI));
}

// Count ticks instead of time, so that a suspended machine does not cause a timeout.
function within(promise) {
  let clock;
  let left = TIMEOUT / TICK;
  const late = new Promise((done) => (clock = setInterval(() => --left || done(null), TICK * 1000)));
  return Promise.race([promise, late]).finally(() => clearInterval(clock));
}

async function ready(fresh) {
  fresh.once("error", () => fresh.close().catch(() => {})); // after a crash, fail pending calls
  const script = readFileSync(require.resolve("mermaid/dist/mermaid.min.js"), "utf8");
  const only = `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`;
  await fresh.setContent(`<meta http-equiv="Content-Security-Policy" content="${POLICY}; ${only}"><body></body>`);
  await fresh.evaluate((text) => (window.script = text), script);
  return fresh;
}

// Mermaid keeps titles, counters and styles for the next diagram, so each is drawn by a new one, in a frame; compiled once.
function emptied() {
  const frame = document.createElement("iframe");
  frame.style = "position: fixed; inset: 0; width: 100%; height: 100%; border: 0";
  document.body.replaceChildren(frame);
  return frame;
}

function started() {
  const { contentDocument } = document.querySelector("iframe");
  contentDocument.head.appendChild(contentDocument.createElement("script")).textContent = window.script;
}

const settings = ({ dark, background, foreground, line, fill, soft, note, size, series }) => ({
  startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, deterministicIds: true,
  handDrawnSeed: 1, htmlLabels: false, fontFamily: FAMILY, fontSize: size, look: "classic",
  flowchart: { minNodeWidth: 0, wrappingWidth: 14 * size, nodeSpacing: 2 * size, rankSpacing: 2 * size },
  state: { minNodeWidth: 0 }, class: { minNodeWidth: 0 }, er: { fontSize: size },
  sequence: { actorFontSize: size, noteFontSize: size, messageFontSize: size, height: 2 * size, messageMargin: 1.6 * size },
  gantt: {
    fontSize: size, sectionFontSize: size, barHeight: 1.7 * size, barGap: size / 3,
    topPadding: 3 * size, leftPadding: 6 * size, gridLineStartPadding: 2 * size, useWidth: WIDE, axisFormat: "%m-%d",
  },
  timeline: { taskFontSize: size }, journey: { taskFontSize: size, textPlacement: "tspan" },
  themeCSS: `.edgeLabel rect { opacity: 1; } .edgeLabel .label { font-size: ${size}px; } .tick text { font-size: ${SMALL * size}px; }`,
  secure: ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "suppressErrorRendering", "deterministicIds",
    "handDrawnSeed", "htmlLabels", "fontFamily", "dompurifyConfig"],
  theme: "base",
  themeVariables: {
    darkMode: dark, background, fontFamily: FAMILY, fontSize: `${size}px`, textColor: foreground, lineColor: line,
    primaryColor: fill, primaryTextColor: foreground, primaryBorderColor: line,
    secondaryColor: soft, secondaryTextColor: foreground, secondaryBorderColor: line,
    tertiaryColor: background, tertiaryTextColor: foreground, tertiaryBorderColor: line,
    noteBkgColor: note, noteTextColor: foreground, noteBorderColor: line, edgeLabelBackground: background,
    titleColor: foreground, nodeTextColor: foreground, strokeWidth: 2, 
    pieTitleTextSize: `${size}px`, pieSectionTextSize: `${size}px`, pieLegendTextSize: `${SMALL * size}px`,
    pieOpacity: 1, pieStrokeColor: line, pieOuterStrokeColor: line,
    commitLabelFontSize: `${SMALL * size}px`, tagLabelFontSize: `${SMALL * size}px`,
    xyChart: { plotColorPalette: STRONG[dark].join() },
    ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [
      ...[`pie${index + 1}`, `cScale${index}`, `git${index}`].map((name) => [name, series[index % series.length]]),
      ...[`cScaleLabel${index}`, `gitBranchLabel${index}`].map((name) => [name, foreground]),
    ]).flat()),
  },
});

// Runs in the page.
async function draw({ source, id, css, settings }) {
  const REFERENCES = /(\b(?:id|aria-labelledby|aria-describedby)="|\bhref="#|url\((?:"|&quot;)?#)([^"&)]+)/g;
  const style = document.body.appendChild(document.createElement("style"));
  style.textContent = css;
  await Promise.all([...document.fonts].map((font) => font.load()));
  mermaid.initialize({ ...settings, deterministicIDSeed: id });
  try {
    const { svg } = await mermaid.render(id, source);
    const root = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    const { width, height } = root.viewBox.baseVal;
    root.setAttribute("width", width);
    root.setAttribute("height", height);
    root.style.maxWidth = "";
    root.querySelector(".today")?.remove(); // its clock stands still
    // Mermaid continues its counters from one diagram to the next; restart them at 0.
    const own = new Map();
    const last = new Map();
    for (const { id: name } of root.querySelectorAll("[id]")) {
      const [, counted] = /^(.*?)\d+$/.exec(name) ?? [];
      if (counted === undefined || own.has(name) || name === id) continue;
      last.set(counted, (last.get(counted) ?? -1) + 1);
      own.set(name, counted + last.get(counted));
    }
    const named = (text) => text.replace(REFERENCES, (all, before, name) => before + (own.get(name) ?? name));
    return { svg: named(new XMLSerializer().serializeToString(root)) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}
