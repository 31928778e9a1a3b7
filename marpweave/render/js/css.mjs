// Makes CSS self-contained: omits network addresses, embeds files of the project as data URIs, and adds a font for
// Japanese.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { kept, lasting } from "./memo.mjs";

const require = createRequire(import.meta.url);
const postcss = require("postcss");
export const KATEX = "katex:"; // prefix of the names of its fonts

export const TEXT = "'Noto Sans JP', 'Noto Fill'";
const CODE = `'M PLUS 1 Code', ${TEXT}`;
const BASE = `:where(section) { font-family: ${TEXT}, sans-serif; }
:where(section :is(code, kbd, pre, samp)) { font-family: ${CODE}, monospace; }
:where(section .columns.outcome:has(> div + div)) { display: grid; grid-template-columns: 1fr 1fr; gap: 40px; }
:where(section img.diagram) { max-width: 100%; }
section .katex-display .katex-html > .tag { position: static !important; margin-left: 2em; }`; // Marp makes it as narrow as the formula

const REMOTE = /^(?:https?:|ftp:)?\/\//i;
const QUOTED = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'`;
const ADDRESS = String.raw`url\(\s*(${QUOTED}|[^\\)"'\s]*(?:\\.[^\\)"'\s]*)*)\s*\)`;
const IMPORTED = new RegExp(`^(?:${ADDRESS}|(${QUOTED}))`, "is");
const URL_OR_STRING = new RegExp(`${ADDRESS}|${QUOTED}`, "gis");
const PLACES = /url\(marpweave-\d+\)/; // placeholders of addresses while CSS is assembled
const OLDER_FONTS = /,\s*url\([^)]*\)\s*format\(["'](?:woff|truetype)["']\)/g;
const SIZED = String.raw`(?:[\d.)%]|[\d.][a-z]+|small|medium|large|smaller|larger)\s+`; // precedes the family in "font"
const GENERIC = "(?:sans-)?serif|monospace|cursive|fantasy|system-ui";
const FAMILY = new RegExp(String.raw`(${QUOTED})|(?<=^\s*|,\s*|${SIZED})(?:${GENERIC})(?=\s*(?:,|$))`, "gi");
const WORDS = /^\s*(?:inherit|initial|unset|revert(?:-layer)?|caption|icon|menu|message-box|small-caption|status-bar)\s*$/i;

const MAX_SHEETS = 16;
const sheets = new Map(); // CSS -> its parts
const fonts = new Map();

// The stylesheet of a deck's slides.
export function styled(css, job) {
  const { imports, rest } = addressed(css, job, true);
  return `${imports}\n${job.css}\n${BASE}\n${rest}`;
}

// The CSS of a theme, before Marp assembles it.
export function local(css, job) {
  const { imports, rest } = addressed(css, job, false);
  return `${imports}\n${rest}`.trimStart();
}

// The picture for a source, in any spelling.
export const found = (images, source) => images[source] ?? images[decoded(source, decodeURI)] ?? images[decoded(source, decodeURIComponent)];

function decoded(source, decode) {
  try {
    return decode(source);
  } catch {
    return source;
  }
}

function addressed(css, job, japanese) {
  const { imports, urls, texts } = JSON.parse(lasting(sheets, [japanese, css], () => JSON.stringify(taken(css, japanese)), MAX_SHEETS));
  const kepts = imports.map(({ source, params, length }) => {
    const address = found(job.images, source)?.still;
    return `@import ${address ? `url("${address}")${params.slice(length)}` : params};`;
  });
  return { imports: kepts.join("\n"), rest: texts.map((text, index) => (index ? address(urls[index - 1], job) : "") + text).join("") };
}

// Imports, which must come first, and the rest as texts with addresses in between.
function taken(css, japanese) {
  const root = postcss.parse(css);
  const imports = [];
  const urls = [];
  root.walkAtRules("import", (rule) => {
    const [written, bare, quoted] = IMPORTED.exec(rule.params) ?? [];
    const source = unquoted(bare ?? quoted);
    if (!source) return;
    if (!REMOTE.test(source)) imports.push({ source, params: rule.params, length: written.length });
    rule.remove();
  });
  root.walkDecls((declaration) => {
    if (japanese) withJapanese(declaration);
    if (!/url\(/i.test(declaration.value)) return;
    if (declaration.value.includes(KATEX)) declaration.value = declaration.value.replace(OLDER_FONTS, "");
    declaration.value = declaration.value.replace(URL_OR_STRING, (all, written) => {
      const source = unquoted(written);
      return source && !/^(?:data:|#)/i.test(source) ? `url(marpweave-${urls.push({ all, source })})` : all;
    });
  });
  return { imports, urls, texts: root.toString().split(PLACES) };
}

const unquoted = (written) => written?.replace(/^(["'])(.*)\1$/s, "$2").replace(/\\(.)/gs, "$1");

function address({ all, source }, { images, moves }) {
  if (source.startsWith(KATEX)) return `url("${kept(fonts, source, () => katexFont(source.slice(KATEX.length)))}")`;
  const picture = found(images, source);
  if (picture) return `url("${(moves && picture.moving) || picture.still}")`;
  return REMOTE.test(source) ? 'url("data:,")' : all;
}

function katexFont(name) {
  return `data:font/woff2;base64,${readFileSync(require.resolve(`katex/dist/fonts/${name}`)).toString("base64")}`;
}

// Insert our fonts before the first generic family, and after those that the theme names.
function withJapanese(declaration) {
  const { prop, value, parent } = declaration;
  if (parent.name === "font-face" || WORDS.test(value) || value.includes("Noto Sans JP")) return;
  const own = /mono/i.test(value) ? CODE : TEXT;
  let placed = false;
  const before = value.replace(FAMILY, (family, quoted) => {
    if (quoted || placed) return family;
    placed = true;
    return `${own}, ${family}`;
  });
  if (/^font(?:-family)?$/i.test(prop)) declaration.value = placed ? before : `${value}, ${own}`;
  else if (placed && prop.startsWith("--")) declaration.value = before;
}
