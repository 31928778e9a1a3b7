// What the Marp CLI is told, and the engine it renders with: Marp Core made to need no network. The job in work holds
// the pictures of its deck as data URIs, { source: { still, moving, density } }; with moves the moving ones are shown.
import { createRequire } from "node:module";
import { cellsMarked } from "./cells.mjs";
import { work } from "./job.mjs";
import { kept, memoise } from "./memo.mjs";

const require = createRequire(import.meta.url);
const postcss = require("postcss");
const REMOTE = /^(?:https?:|ftp:)?\/\//i;
const IMPORTED = /^url\(\s*([^"')]*?)\s*\)|^(?:url\(\s*)?(["'].*?["'])(?:\s*\))?/i;
const TEXT = "'Noto Sans JP', 'Noto Fill'";
const CODE = `'M PLUS 1 Code', ${TEXT}`;
const BASE = `:where(section) { font-family: ${TEXT}, sans-serif; }
:where(section :is(code, kbd, pre, samp)) { font-family: ${CODE}, monospace; }
:where(section .columns:has(> div + div)) { display: grid; grid-template-columns: 1fr 1fr; gap: 40px; }`;

const MAX_SHEETS = 16;
const sheets = new Map(); // CSS -> its imports and the rest

export default {
  options: {
    emoji: { shortcode: "twemoji", unicode: "twemoji", twemoji: { base: "twemoji/" } },
    script: { source: "inline" },
  },
  engine: ({ marp }) => {
    for (const theme of [...marp.themeSet.themes()]) withoutRemoteImports(marp, theme);
    marp.use(titled).use(linesMarked).use(neverClosed).use(cellsMarked);
    memoise(marp);
    const render = marp.render.bind(marp);
    marp.render = (markdown, env) => {
      const job = work.getStore();
      const result = seeded(() => render(markdown, env));
      return { ...result, html: embedded(withEmoji(result.html), job), css: styled(result.css, job) };
    };
    Object.assign(work.getStore() ?? {}, { engine: marp });
    return marp;
  },
};

// Marpit names the scope of `<style scoped>` at random: the same deck shall give the same bytes.
function seeded(act) {
  const { random } = Math;
  let state = 1;
  Math.random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  try {
    return act();
  } finally {
    Math.random = random;
  }
}

function withoutRemoteImports(marp, theme) {
  const css = importsAndRest(theme.css, {}).join("\n").trimStart();
  if (css !== theme.css) marp.themeSet.add(css.includes("@theme") ? css : `/* @theme ${theme.name} */\n${css}`);
}

// CSS as its imports, which must go before all else, and the rest: stylesheets on the network are left out, those of
// the project stand in data URIs.
function importsAndRest(css, images) {
  const { imports, rest } = kept(sheets, css, () => taken(css), MAX_SHEETS);
  const local = imports.map(({ source, params, length }) => {
    const address = found(images, source)?.still;
    return `@import ${address ? `url("${address}")${params.slice(length)}` : params};`;
  });
  return [local.join("\n"), rest];
}

function taken(css) {
  const root = postcss.parse(css);
  const imports = [];
  root.walkAtRules("import", (rule) => {
    const { params } = rule;
    const [written, bare, quoted] = IMPORTED.exec(params) ?? [];
    const source = bare ?? quoted?.slice(1, -1);
    if (source === undefined) return;
    if (!REMOTE.test(source)) imports.push({ source, params, length: written.length });
    rule.remove();
  });
  return { imports, rest: root.toString() };
}

// -- pictures ------------------------------------------------------------------

// Marp shows emoji as pictures of Twemoji, from the network: here the same ones come out of a package.
function withEmoji(html) {
  if (Array.isArray(html)) return html.map(withEmoji);
  return html.replace(/<img [^>]*\balt="([^"]*)" src="([^"]*)" data-marp-twemoji=""[^>]*>/g, (tag, text, source) => {
    const svg = twemoji(source.replace(/^.*\/|\.svg$/g, ""));
    return svg ? tag.replace(source, `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`) : text;
  });
}

function twemoji(codes) {
  const { icons, width, height } = require("@iconify-json/twemoji/icons.json");
  const code = codes.split("-").filter((each) => each !== "fe0f").map((each) => each.padStart(4, "0")).join("-");
  const icon = icons[require("@iconify-json/twemoji/chars.json")[code]];
  const box = `0 0 ${icon?.width ?? width} ${height}`;
  return icon && `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${icon.body}</svg>`;
}

const unescaped = (text) =>
  text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

function decoded(source) {
  try {
    return decodeURI(source);
  } catch {
    return source;
  }
}

const found = (images, source) => images[source] ?? images[decoded(source)] ?? images[decodedWhole(source)];

function decodedWhole(source) {
  try {
    return decodeURIComponent(source);
  } catch {
    return source;
  }
}

function embedded(html, job) {
  if (Array.isArray(html)) return html.map((each) => embedded(each, job));
  const { images, moves } = job;
  return html.replace(/<[a-z][^<>]*>/gi, (tag) =>
    tag
      .replace(/(\s(?:src|href|xlink:href|poster)=")([^"]*)(")/gi, (all, before, source, after) => {
        if (/^\s*<a\s/i.test(tag)) return all;
        const picture = found(images, unescaped(source));
        if (!picture) return all;
        const [image] = /^<img\s/i.exec(tag) ?? [];
        const moving = moves && picture.moving && image ? ` srcset="${picture.moving} ${picture.density}x"` : "";
        return before + picture.still + after + moving;
      })
      .replace(/(\ssrcset=")([^"]*)(")/gi, (all, before, list, after) =>
        before + list.replace(/[^\s,](?:\S*[^\s,])?/g, (each) => found(images, unescaped(each))?.still ?? each) + after)
      .replace(/(\sstyle=")([^"]*)(")/gi, (all, before, style, after) =>
        before + addressed(style, job, (uri) => `url(&quot;${uri}&quot;)`) + after));
}

const addressed = (css, { images, moves }, written) =>
  css.replace(/url\(\s*(&quot;|&#39;|["']?)(.*?)\1\s*\)/g, (all, _quote, source) => {
    const picture = found(images, unescaped(source));
    return picture ? written((moves && picture.moving) || picture.still) : all;
  });

// -- style -----------------------------------------------------------------------

function styled(css, job) {
  const [imports, rest] = importsAndRest(css, job.images);
  const local = addressed(rest, job, (uri) => `url("${uri}")`);
  return `${imports}\n${job.css}\n${BASE}\n${withJapanese(local)}`;
}

// Behind every family that a theme names stand ours, so that Japanese needs no font of the machine.
function withJapanese(css) {
  return css.replace(/@font-face\s*\{[^}]*\}|(font-family:\s*)([^;{}!]+)/g, (all, name, families) => {
    if (!name || /Noto Sans JP|\b(?:initial|inherit|unset|revert)\b/.test(families)) return all;
    const [, own, generic] = /^(.*?)(,\s*(?:sans-serif|serif|monospace|system-ui))?\s*$/s.exec(families);
    return `${name}${own}, ${/mono/i.test(families) ? CODE : TEXT}${generic ?? ""}`;
  });
}

// -- title -------------------------------------------------------------------------

// Without a title in the front matter the Marp CLI takes the source of a heading, even in a quote: words are meant.
function titled(md) {
  let own = new Set();
  md.core.ruler.after("block", "marpweave_headings", ({ inlineMode, tokens }) => {
    if (!inlineMode) own = new Set(tokens.filter((token) => token.type === "heading_open" && token.level === 0));
  });
  md.core.ruler.push("marpweave_title", (state) => {
    const { marpit } = md;
    const headings = state.tokens.filter((token) => token.type === "heading_open")
      .map((token) => ({ tag: token.tag, own: own.has(token), ...wordsBehind(state.tokens, token) }));
    const said = marpit.lastGlobalDirectives?.marpCLITitle;
    if (state.inlineMode || !headings.some(({ source }) => source === said)) return;
    const best = headings.filter((each) => each.own);
    const highest = (best.length ? best : headings).reduce((first, each) => (each.tag < first.tag ? each : first));
    marpit.lastGlobalDirectives = { ...marpit.lastGlobalDirectives, marpCLITitle: highest.words };
  });
}

function wordsBehind(tokens, opening) {
  const { content, children } = tokens[tokens.indexOf(opening) + 1];
  const words = (children ?? [])
    .filter((token) => !["html_inline", "marpit_comment", "image"].includes(token.type))
    .map((token) => (token.type === "softbreak" || token.type === "hardbreak" ? " " : token.content));
  return { source: content.trim(), words: words.join("").trim() };
}

// -- what is never closed ----------------------------------------------------------

// Marp looks for the end of a comment or style again from every place in the text behind it, so that thousands of
// openings take minutes: one that has no end is known at once, and stays what Marp makes of it.
function neverClosed(md) {
  md.inline.ruler.before("marpit_inline_comment", "marpweave_open_comment", (state, silent) => {
    if (!state.src.startsWith("<!--", state.pos) || state.src.includes("-->", state.pos)) return false;
    if (!silent) state.pending += "<!--";
    state.pos += "<!--".length;
    return true;
  });
  md.block.ruler.before("marpit_style_parse", "marpweave_open_style", (state, first, end, silent) => {
    const start = state.bMarks[first] + state.tShift[first];
    const behind = state.src.slice(start);
    if (!/^<style(?=\s|>|$)/i.test(behind) || /<\/style>/i.test(behind)) return false;
    if (silent) return true;
    do state.line += 1;
    while (state.line < end && state.sCount[state.line] >= state.blkIndent);
    Object.assign(state.push("marpit_style", "", 0), { map: [first, state.line], hidden: true });
    return true;
  });
}

// -- highlighted lines: ```python {2,4-5} ---------------------------------------------

function linesMarked(md) {
  const { highlight } = md.options;
  const fence = md.renderer.rules.fence;
  let wanted = new Set();
  md.options.highlight = (code, ...rest) => {
    const html = highlight ? highlight(code, ...rest) : md.utils.escapeHtml(code);
    return wanted.size ? marked(html || md.utils.escapeHtml(code), wanted) : html;
  };
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    wanted = numbers(/\{([\d\s,-]+)\}/.exec(tokens[index].info)?.[1] ?? "");
    try {
      return fence(tokens, index, ...rest);
    } finally {
      wanted = new Set();
    }
  };
}

function numbers(text) {
  const lines = new Set();
  for (const range of text.split(",").map((each) => each.trim()).filter(Boolean)) {
    const [first, last = first] = range.split("-").map(Number);
    for (let line = first; line <= Math.min(last, first + 999); line += 1) lines.add(line);
  }
  return lines;
}

// A <span> may reach over several lines: it is closed at the end of each and opened again.
function marked(html, lines) {
  const open = [];
  return html.replace(/\n$/, "").split("\n").map((line, index) => {
    const before = open.join("");
    for (const tag of line.match(/<\/?span[^>]*>/g) ?? []) {
      if (tag.startsWith("</")) open.pop();
      else open.push(tag);
    }
    const whole = before + line + "</span>".repeat(open.length);
    return lines.has(index + 1) ? `<mark class="line">${whole}</mark>` : whole;
  }).join("\n") + "\n";
}
