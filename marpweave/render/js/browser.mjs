// The one browser of the process: Marp prints in it and slides are measured in it.
// Marp CLI opens and closes a browser in every call; it gets this one instead, with the flags that it asked for, so that
// the page that is printed is the page that was measured.
import { pathToFileURL } from "node:url";
import { work } from "./job.mjs";
import { faultsOfSlides } from "./measure.mjs";

const VIEW = { width: 1280, height: 720 };
const OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND";
let opened = null; // a promise
let closed = false;

export function keepOneBrowser(puppeteer, more, died) {
  const { launch } = puppeteer;
  puppeteer.launch = async (options) => {
    if (closed) throw new Error("the renderer is closed");
    opened ??= launch({ ...options, args: [...options.args, OFFLINE, ...more] }).then((browser) => {
      browser.once("disconnected", () => closed || died());
      return browser;
    });
    const browser = await opened;
    return {
      newPage: async () => readyForMarp(await browser.newPage()), close: async () => {}, connected: true,
      once: () => {}, target: () => browser.target(), process: () => browser.process(),
    };
  };
}

export async function closeBrowser() {
  closed = true;
  await (await opened?.catch(() => null))?.close();
}

// Marp waits for half a second of silence on a network that nobody may use: what is shown is waited for instead.
function readyForMarp(page) {
  const job = work.getStore();
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

// What a deck shows that is not printed: its HTML as it would be.
export async function measureFile(file, job) {
  const page = await (await opened).newPage();
  try {
    const requests = requestsOf(page);
    await page.setViewport(VIEW);
    await page.emulateMediaType("print"); // slides that are not shown are not laid out
    await page.goto(pathToFileURL(file).href, { waitUntil: "load", timeout: 60000 });
    return await measured(page, job, requests);
  } finally {
    await page.close();
  }
}

async function measured(page, { images, picture }, requests) {
  const sources = Object.entries(images).map(([source, { still }]) => [still, source]);
  const slides = await page.evaluate(faultsOfSlides, sources);
  const first = await page.$("svg[data-marpit-svg]");
  if (first) await first.screenshot({ path: picture });
  return { slides, title: await page.title(), requests, picture: first ? picture : null };
}

function requestsOf(page) {
  const requests = [];
  page.on("request", (request) => {
    if (!/^(file|data|blob|about):/.test(request.url())) requests.push(request.url());
  });
  return requests;
}

async function settled() {
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
}
