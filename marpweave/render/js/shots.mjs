// Takes screenshots of slides in print style, on a page without controls or animations.
// in: { shots: [html], styles: [css], size: [width, height], lang }; out: { files }, a PNG for each
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { newPage } from "./browser.mjs";
import { settled } from "./measure.mjs";

const require = createRequire(import.meta.url);
const DENSITY = 0.75; // pixels per CSS pixel
const APART = "</s"; // would end a raw text element

export async function shots({ shots: slides, styles, size: [width, height], lang }, folder) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "slides.html");
  writeFileSync(file, pageOf(slides, styles, [width, height], lang));
  const page = await newPage();
  try {
    await page.setViewport({ width, height, deviceScaleFactor: DENSITY });
    await page.emulateMediaType("print");
    await page.goto(pathToFileURL(file).href, { waitUntil: "load", timeout: 60000 });
    await page.evaluate(settled);
    const files = [];
    for (const number of slides.keys()) {
      await page.evaluate((top) => scrollTo({ top, behavior: "instant" }), number * height);
      files.push(path.join(folder, `${number}.png`));
      await page.screenshot({ path: files.at(-1), optimizeForSpeed: true });
    }
    return { files };
  } finally {
    await page.close();
  }
}

const still = (html) => html.replace(/(<img\s[^<>]*?)\ssrcset="[^"]*"/gi, "$1");

function pageOf(slides, styles, [width, height], lang) {
  const marp = readFileSync(require.resolve("@marp-team/marp-core/lib/browser.cjs.js"), "utf8").replaceAll(APART, "<\\/s");
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
${styles.map((css) => `<style>${css}</style>`).join("\n")}
<style>
html, body { margin: 0; background: #fff; }
body > .deck { width: ${width}px; height: ${height}px; overflow: hidden; break-inside: avoid; }
body > .deck > svg[data-marpit-svg] { display: block; width: ${width}px !important; height: ${height}px !important; }
*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
::-webkit-scrollbar { display: none; }
</style>
</head>
<body>
${slides.map((html) => `<div class="deck">${still(html)}</div>`).join("\n")}
<script>{ const exports = {}; ${marp}; exports.browser(document); }</script>
</body>
</html>`;
}
