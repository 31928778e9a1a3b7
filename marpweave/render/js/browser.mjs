// The only browser of the process: Marp prints in it, and slides are measured in it.
// Marp CLI opens and closes a browser in every call; it gets this one instead, with the flags that it requested, so that
// the printed page is the measured one.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { work } from "./job.mjs";
import { toldApart } from "./known.mjs";
import { faultsOfSlides, settled } from "./measure.mjs";

const VIEW = { width: 1280, height: 720 };
const PROFILE = "--user-data-dir=";
const OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND";
let early = null; // a promise of the browser that the Marp CLI will probably request
let opened = null; // a promise
let isBlank = true; // whether its initial page is still unused
let closed = false;
const idle = []; // pages that have measured a deck

// guess: the options that the Marp CLI will probably request, or null. The browser starts with them while modules load, and
// is closed if the guess was wrong.
export function keepOneBrowser(puppeteer, { more, guess, died }) {
  const { launch } = puppeteer;
  const start = (options) => launch({ ...options, args: [...options.args, OFFLINE, ...more] });
  early = guess && start(guess);
  early?.catch(() => {}); // reported to the next caller
  const right = async (options) => {
    const isRight = early && same(options, guess);
    if (early && !isRight) await early.then((browser) => browser.close(), () => {});
    const browser = await (isRight ? early : start(options));
    browser.once("disconnected", () => closed || died());
    return browser;
  };
  puppeteer.launch = async (options) => {
    if (closed) throw new Error("the renderer is closed");
    opened ??= right(options).catch((error) => {
      opened = early = null; // other options may work
      throw error;
    });
    const browser = await opened;
    return {
      newPage: () => readyForMarp(browser), close: async () => {}, connected: true,
      once: () => {}, target: () => browser.target(), process: () => browser.process(),
    };
  };
}

// The launch options of the Marp CLI on most machines.
export const usual = (executablePath, folder) => ({
  browser: "chrome", executablePath, headless: true, protocol: "cdp", protocolTimeout: 180000, timeout: 30000,
  enableExtensions: false, pipe: true,
  args: [`${PROFILE}${folder}/profile`, "--disable-component-update", "--test-type",
    ...(process.env.CHROME_NO_SANDBOX || process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});

// Whether two sets of launch options are equivalent; profiles are empty folders.
const same = (one, other) => isDeepStrictEqual(told(one), told(other));
const told = ({ args, ...options }) => JSON.parse(JSON.stringify({ ...options, args: args.filter((each) => !each.startsWith(PROFILE)) }));

// Its profile is discarded, so it is killed, with its whole process group; Windows has none.
export async function closeBrowser() {
  closed = true;
  const browser = await (opened ?? early)?.catch(() => null);
  const program = browser?.process();
  if (!program || process.platform === "win32") return browser?.close();
  if ((program.exitCode ?? program.signalCode) !== null) return; // its id may be another program's by now
  const gone = new Promise((done) => program.once("exit", done));
  process.kill(-program.pid, "SIGKILL");
  await gone;
}

// Marp waits for half a second without network requests, but the network is blocked: wait for the page's content instead.
async function readyForMarp(browser) {
  const job = work.getStore();
  if (job.opens) {
    job.isOpen = true;
    throw new Error("the browser is open; nothing to print");
  }
  const page = await browser.newPage();
  page.waitForNetworkIdle = () => page.evaluate(settled);
  if (job.measures) {
    const print = page.pdf.bind(page);
    const requests = requestsOf(page);
    page.pdf = async (options) => {
      await page.setViewport(VIEW);
      job.measured = await measured(page, job, requests);
      return print(options);
    };
  }
  return page;
}

// A page of the open browser: first its initial page, then new ones, each of which costs a process.
export async function newPage() {
  const browser = await opened;
  if (!isBlank) return browser.newPage();
  isBlank = false;
  return (await browser.pages())[0] ?? browser.newPage();
}

// Print one of our own pages to a tagged PDF with an outline.
export async function printed(file, target) {
  const page = await newPage();
  try {
    await page.goto(pathToFileURL(file).href, { waitUntil: "load", timeout: 60000 });
    await page.evaluate(settled);
    await page.pdf({ path: target, preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
  } finally {
    await page.close();
  }
}

// Measure the HTML of a deck that is not printed, as if it were; slides with known keys are skipped and null, and those
// that a rehearsal measured are taken from `before`.
export async function measureFile(file, job, before) {
  const html = readFileSync(file, "utf8");
  const apart = job.shipped && !job.isStyled ? toldApart(html, new Map(sourcesOf(job))) : null;
  if (!apart) return { ...(await measuredAt(file, job)), keys: null };
  const { keys } = apart;
  const known = new Set(job.known);
  const met = new Map(isLasting(before) ? before.keys.map((key, number) => [key, before.slides[number]]) : []);
  const wanted = keys.flatMap((key, number) => (known.has(key) || met.get(key) ? [] : [number]));
  if (wanted.length === keys.length) return { ...(await measuredAt(file, job, true)), keys };
  const { title, picture } = met.has(keys[0]) ? before : { picture: null }; // a rehearsal may be that of another deck
  const rest = { slides: [], requests: [], title, picture };
  const found = wanted.length ? await measuredIn(`${file}.part.html`, apart.page(wanted), wanted.includes(0) ? job : { ...job, picture: null }) : rest;
  const slides = keys.map((key, number) => found.slides[wanted.indexOf(number)] ?? met.get(key) ?? null);
  return { ...found, picture: found.picture ?? picture, slides, keys };
}

// Whether slides have the same faults each time: files that a page opens, and answers to its requests, may change.
const isLasting = (found) => found?.keys && !found.opens && !found.requests.length && !found.slides.flat().some((fault) => fault?.kind === "font");

function measuredIn(file, html, job) {
  writeFileSync(file, html);
  return measuredAt(file, job, true);
}

// isTraceless: the deck has no scripts that could leave anything in the page, so that another deck can use it; a new page costs
// a process.
async function measuredAt(file, job, isTraceless = false) {
  const page = idle.pop() ?? await measuring();
  try {
    const requests = requestsOf(page);
    await page.goto(pathToFileURL(file).href, { waitUntil: "load", timeout: 60000 });
    const found = await measured(page, job, requests);
    page.removeAllListeners("request");
    if (isTraceless) idle.push(page);
    return found;
  } finally {
    if (!idle.includes(page)) await page.close();
  }
}

// Ahead of the first deck.
export const readyToMeasure = async () => void idle.push(await measuring());

async function measuring() {
  const page = await newPage();
  await page.setViewport(VIEW);
  await page.emulateMediaType("print"); // on screen, hidden slides have no layout
  return page;
}

// Images as PNG with `density` pixels per CSS pixel; null for images that cannot be drawn.
export async function drawn(sources, density) {
  const page = await newPage();
  try {
    return await page.evaluate(pngs, sources, density);
  } finally {
    await page.close();
  }
}

async function pngs(sources, density) {
  const canvas = document.createElement("canvas");
  const draw = async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    canvas.width = Math.round(image.width * density);
    canvas.height = Math.round(image.height * density);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png");
  };
  const made = [];
  for (const source of sources) made.push(await draw(source).catch(() => null));
  return made;
}

const sourcesOf = ({ images }) => Object.entries(images).map(([source, { still }]) => [still, source]);

async function measured(page, job, requests) {
  const { picture } = job;
  await page.evaluate(settled);
  const slides = await page.evaluate(faultsOfSlides, sourcesOf(job));
  const clip = picture && await page.evaluate(firstBox);
  if (clip) await page.screenshot({ path: picture, clip, captureBeyondViewport: false, optimizeForSpeed: true });
  const asked = requests.filter((url) => !url.startsWith("file:"));
  const opens = requests.some((url) => url.startsWith("file:") && url !== page.url());
  return { slides, title: await page.title(), requests: asked, opens, picture: clip ? picture : null };
}

// The first slide, which is scrolled to; asking the browser for a picture of an element takes longer.
function firstBox() {
  scrollTo(0, 0);
  const { x, y, width, height } = document.querySelector("svg[data-marpit-svg]")?.getBoundingClientRect() ?? {};
  return width === undefined ? null : { x, y, width, height };
}

function requestsOf(page) {
  const requests = [];
  page.on("request", (request) => {
    if (!/^(data|blob|about):/.test(request.url())) requests.push(request.url());
  });
  return requests;
}
