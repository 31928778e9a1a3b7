// Diagrams as SVG: Mermaid in a page that reaches nothing, Graphviz in a thread of its own.
// Plots of Plotly by its own script, whose file is { tool }, in such a page, too; of HTML a picture, as it is in a frame.
// in: { language, source, id, look, css }; out: { svg } or { error }, with { passing } where another build may draw it, and
// what HTML { asked } of the network
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { TEXT } from "./css.mjs";
import { sealed } from "./frames.mjs";

const require = createRequire(import.meta.url);
const TIMEOUT = 20; // seconds that a diagram may take
const TICK = 0.1; // seconds
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";
const FAMILY = `${TEXT}, sans-serif`;
const SMALL = 0.75; // where Mermaid leaves room for no more
const VIEW = { width: 960, height: 450 }; // CSS pixels of HTML at most
const LATE = 500; // milliseconds
const ASKED = "marpweave: asked for "; // what a page says of addresses that it may not have
const WIDE = 960; // CSS pixels that a Gantt chart takes
const STRONG = { false: ["#0072b2", "#d55e00", "#009e73", "#cc79a7"], true: ["#56b4e9", "#e69f00", "#2fc39a", "#e39bc4"] }; // lines, on dark slides or not
const TOO_LONG = { error: `it takes longer than ${TIMEOUT} s; make it smaller`, passing: true };
const broken = (error) => ({ error: String(error.message ?? error), passing: true }); // what draws, not the diagram

let thread = null;
let page = null; // a promise
let last = Promise.resolve();

// One at a time: who draws for too long is ended.
export function diagram(asked, newPage) {
  const draw = { dot: () => laidOut(asked), plotly: () => plotted(asked, newPage), html: () => pictured(asked, newPage) }[asked.language] ?? (() => drawn(asked, newPage));
  return (last = last.then(() => twice(draw)));
}

// A page or thread may end on its own, and a new one then draws the same.
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
    await thread.terminate(); // after an error Graphviz may be in any state
    thread = null;
  }
  return found ?? TOO_LONG;
}

async function drawn({ source, id, look, css }, newPage) {
  page ??= newPage().then(ready); // a slow start of the browser is not the diagram's
  const made = async (each) => {
    await each.evaluate(seed);
    return each.evaluate(draw, { source, id, css, settings: settings(look) });
  };
  const found = await page.then((each) => within(made(each))).catch(broken) ?? TOO_LONG;
  if (found.passing) {
    page.then((each) => each.close()).catch(() => {});
    page = null;
  }
  return found;
}

// Draw in a page of its own: what one drawing leaves there is of no use to the next.
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
    return page.evaluate(plot, source);
  });
}

// Also runs in pages and their frames: what is done at random is the same each time.
export function seed() {
  let state = 1;
  Math.random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
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

// As wide as a slide has room, and as high as it is; what a script draws late is waited for.
function pictured({ source }, newPage) {
  return drawnAlone(newPage, async (page) => {
    await page.setViewport({ ...VIEW, deviceScaleFactor: 2 });
    const asked = new Set();
    page.on("console", (said) => said.text().startsWith(ASKED) && asked.add(said.text().slice(ASKED.length)));
    await page.evaluateOnNewDocument(seed);
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

// Ticks are counted, and no time: what a machine stands still is not the diagram's.
function within(promise) {
  let clock;
  let left = TIMEOUT / TICK;
  const late = new Promise((done) => (clock = setInterval(() => --left || done(null), TICK * 1000)));
  return Promise.race([promise, late]).finally(() => clearInterval(clock));
}

async function ready(fresh) {
  fresh.once("error", () => fresh.close().catch(() => {})); // it crashed: what waits for it fails
  await fresh.setContent(`<meta http-equiv="Content-Security-Policy" content="${POLICY}"><body></body>`);
  await fresh.evaluate(readFileSync(require.resolve("mermaid/dist/mermaid.min.js"), "utf8"));
  return fresh;
}

const settings = ({ dark, background, foreground, line, fill, soft, note, size, series }) => ({
  startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, deterministicIds: true,
  handDrawnSeed: 1, htmlLabels: false, fontFamily: FAMILY, fontSize: size, look: "classic",
  flowchart: { minNodeWidth: 0, wrappingWidth: 14 * size, nodeSpacing: 2 * size, rankSpacing: 2 * size },
  state: { minNodeWidth: 0 }, class: { minNodeWidth: 0 }, er: { fontSize: size },
  sequence: { actorFontSize: size, noteFontSize: size, messageFontSize: size, height: 2 * size, messageMargin: 1.6 * size },
  gantt: {
    todayMarker: "off", fontSize: size, sectionFontSize: size, barHeight: 1.7 * size, barGap: size / 3,
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
  document.body.replaceChildren();
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
    // Mermaid goes on counting from one diagram to the next: here each counts from 0.
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
