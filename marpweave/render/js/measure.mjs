// Opens the bare HTML of decks and measures every slide in the browser that prints.
// stdin, a line each: { browser, args }, then, when they are rendered, [{ name, url, picture }];
// stdout: [{ name, title, slides: [[fault]], requests }].
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const line = async () => JSON.parse((await lines.next()).value ?? "null");
const start = await line();
const browser = await puppeteer.launch({
  executablePath: start.browser, args: start.args, pipe: true, headless: "shell", protocolTimeout: 120000,
});
try {
  const results = [];
  for (const deck of (await line()) ?? []) results.push(await measured(deck));
  process.stdout.write(JSON.stringify(results));
} finally {
  await browser.close();
}

async function measured(deck) {
  const page = await browser.newPage();
  const requests = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (/^(file|data|blob|about):/.test(request.url())) return void request.continue();
    requests.push(request.url());
    request.abort();
  });
  await page.setViewport({ width: 1280, height: 720 });
  await page.goto(deck.url, { waitUntil: "load", timeout: 60000 });
  const slides = await page.evaluate(inPage);
  if (deck.picture) {
    const slide = await page.$("svg[data-marpit-svg]");
    if (slide) await slide.screenshot({ path: deck.picture });
  }
  const title = await page.title();
  await page.close();
  return { name: deck.name, title, slides, requests };
}

async function inPage() {
  const SLACK = 2; // px within which rounding lies
  const MARGIN = 10; // px of the margin that nobody misses
  const SMALLEST = 18; // px at 1280x720
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  const named = (element) => {
    const words = (element.textContent ?? "").trim().replace(/\s+/g, " ");
    const name = element.tagName.toLowerCase();
    return words ? `<${name}> ${words.length > 24 ? `${words.slice(0, 24)}…` : words}` : `<${name}>`;
  };
  const visible = (element, box) => box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";

  const faultsOf = (svg) => {
    const sections = [...svg.querySelectorAll(":scope > foreignObject > section")];
    const section = sections.find((each) => !each.dataset.marpitAdvancedBackground
      || each.dataset.marpitAdvancedBackground === "content") ?? sections[0];
    if (!section) return [];
    const faults = [];
    const frame = section.getBoundingClientRect();
    const scale = frame.width / section.offsetWidth || 1;
    const style = getComputedStyle(section);
    const inner = {
      right: frame.right - parseFloat(style.paddingRight) * scale,
      bottom: frame.bottom - parseFloat(style.paddingBottom) * scale,
    };
    const flows = (element) => !element.closest("header, footer")
      && !["absolute", "fixed"].includes(getComputedStyle(element).position);

    let worst = null;
    for (const element of section.querySelectorAll("*")) {
      if (element.closest("mjx-container, .katex, defs, marp-pre svg") || !flows(element)) continue;
      const box = element.getBoundingClientRect();
      if (!visible(element, box)) continue;
      const over = Math.max(box.bottom - frame.bottom, box.right - frame.right, frame.left - box.left,
        frame.top - box.top) / scale;
      const margin = Math.max(box.bottom - inner.bottom, box.right - inner.right) / scale;
      if (margin > MARGIN && (!worst || margin > worst.margin + SLACK)) worst = { over, margin, element };
    }
    if (worst && (worst.over > SLACK || section.scrollHeight - section.clientHeight > SLACK
      || section.scrollWidth - section.clientWidth > SLACK)) {
      faults.push({ kind: "overflow", cut: Math.round(worst.over), margin: Math.round(worst.margin),
        element: named(worst.element) });
    }
    for (const code of section.querySelectorAll("pre, footer, header")) {
      const box = code.querySelector("code") ?? code;
      if (code.scrollWidth - code.clientWidth > SLACK && getComputedStyle(code).overflowX !== "visible") {
        faults.push({ kind: "cut", by: Math.round(code.scrollWidth - code.clientWidth), element: named(box) });
      }
    }
    const unit = (section.offsetWidth >= section.offsetHeight ? 720 / section.offsetHeight : 1280 / section.offsetWidth);
    const small = new Map();
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || !parent || parent.closest("sup, sub, footer, header, mjx-container, .katex, style, script")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const line = range.getClientRects()[0];
      if (!line || line.height === 0) continue;
      const size = parseFloat(getComputedStyle(parent).fontSize);
      const zoom = zoomOf(parent, scale);
      const px = size * zoom * unit;
      if (px < SMALLEST - 0.5) {
        const block = parent.closest("pre, td, th, li, p, figcaption") ?? parent;
        if (!small.has(block) || small.get(block) > px) small.set(block, px);
      }
    }
    const least = [...small].sort((a, b) => a[1] - b[1])[0];
    if (least) faults.push({ kind: "small", px: Math.round(least[1] * 10) / 10, element: named(least[0]) });
    for (const image of section.querySelectorAll("img")) {
      if (image.complete && image.naturalWidth === 0) faults.push({ kind: "image", element: image.alt || "<img>" });
    }
    for (const formula of section.querySelectorAll("mjx-container, .katex-error")) {
      if (formula.matches(".katex-error") || formula.querySelector('[data-mml-node="merror"], [fill="red"] text, text[fill="red"]')) {
        faults.push({ kind: "math", element: formula.querySelector("[title], [data-mjx-error]")?.getAttribute("data-mjx-error")
          ?? formula.textContent.trim().slice(0, 60) });
      }
    }
    return faults;
  };
  // How much Marp's auto-scaling shrank the text: the element's own matrix, apart from the slide's.
  const zoomOf = (element, slideScale) => {
    const width = element.offsetWidth;
    if (!width) return 1;
    const zoom = element.getBoundingClientRect().width / width / slideScale;
    return Number.isFinite(zoom) && zoom > 0 ? zoom : 1;
  };
  return [...document.querySelectorAll("svg[data-marpit-svg]")].map(faultsOf);
}
