// The configuration of the Marp CLI, with its engine: Marp Core or that of the project, without use of the network.
// The current job has the project's Marp configuration, and the deck's pictures as data URIs,
// { source: { still, moving, density } }; with moves, the moving ones are shown.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { formulasNamed, headingsOrdered, landmarked } from "./accessible.mjs";
import { withoutLinks } from "./apart.mjs";
import { cellsMarked } from "./cells.mjs";
import { found, KATEX, local, styled } from "./css.mjs";
import { seed } from "./diagrams.mjs";
import { script } from "./frames.mjs";
import { work } from "./job.mjs";
import { memoise, rememberThemes } from "./memo.mjs";
import { numberedAsWhole } from "./pages.mjs";
import { blocksRevealed, linesMarked, numbered, paged, styleOf } from "./reveals.mjs";
import { unbroken } from "./unbroken.mjs";
import { engineOf } from "./users.mjs";

const require = createRequire(import.meta.url);
const [LAID, PLAYER] = ["laid", "player"].map((name) => readFileSync(new URL(`./${name}.js`, import.meta.url), "utf8"));
const PASSED = ["author", "bespoke", "description", "html", "keywords", "lang", "ogImage", "theme", "title", "url"];
const DEFAULTS = { lang: "en" }; // not the machine's language
const told = () => work.getStore()?.told ?? {};
const NOTHING = { use: () => NOTHING, render: () => ({ html: "", css: "", comments: [] }) };
const known = new WeakSet(); // an engine may be shared by all decks
rememberThemes(require("@marp-team/marpit"));

export default Object.defineProperties({
  get options() {
    const { headingDivider, ...options } = told().options ?? {}; // slides are counted without it
    const math = options.math ?? true;
    return {
      ...options,
      emoji: { shortcode: "twemoji", unicode: "twemoji", ...options.emoji, twemoji: { base: "twemoji/" } },
      math: math && { ...(typeof math === "object" ? math : { lib: math === true ? undefined : math }), katexFontPath: KATEX },
      script: options.script === false ? false : { source: "inline" },
    };
  },
  async engine(context) {
    if (work.getStore()?.opens) return NOTHING;
    const { engine } = told();
    const marp = engine ? await engineOf(engine, context) : context.marp;
    Object.assign(work.getStore() ?? {}, { engine: marp });
    for (const theme of [...marp.themeSet.themes()]) withoutRemote(marp, theme);
    if (!known.has(marp)) wrap(marp);
    known.add(marp);
    return marp;
  },
}, Object.fromEntries(PASSED.map((name) => [name, { enumerable: true, get: () => told()[name] ?? DEFAULTS[name] }])));

// Reasons why themes could not be registered, by name; decks that name them get another one.
function brokenThemes(marp) {
  const { themeSet } = marp;
  const add = themeSet.add.bind(themeSet);
  const broken = new Map();
  themeSet.add = (css) => {
    try {
      return add(css);
    } catch (error) {
      const name = [...css.matchAll(/@theme\s+(\S+)/g)].at(-1)?.[1];
      broken.set(name, `${error.line ? `line ${error.line}: ` : ""}${error.reason ?? error.message}`);
      throw error;
    }
  };
  return broken;
}

function wrap(marp) {
  const broken = brokenThemes(marp);
  marp.use(titled).use(blocksRevealed).use(linesMarked).use(neverClosed).use(cellsMarked).use(numberedAsWhole).use(formulasNamed).use(headingsOrdered).use(unbroken);
  memoise(marp, work.getStore()?.setup);
  const render = marp.render.bind(marp);
  marp.render = (markdown, env) => {
    const job = work.getStore();
    const rendered = seeded(() => render(markdown, env));
    const html = numbered(rendered.html);
    const result = job.builds ? paged({ ...rendered, html }, outlineOf(marp)) : { ...rendered, html };
    job.broken = Object.fromEntries(broken);
    job.isStyled = Boolean(marp.lastStyles?.length); // in the deck itself
    const dressed = (text) => embedded(job.unlinked ? withoutLinks(withEmoji(text)) : withEmoji(text), job);
    return {
      ...result, html: Array.isArray(result.html) ? result.html.map(dressed) : landmarked(alive(dressed(result.html), job)),
      css: styled(result.css, job) + styleOf(html),
    };
  };
}

// The source of the Marp CLI's PDF outline: its plugin stores the headings of each slide in the engine.
const outlineOf = (marp) => Object.getOwnPropertySymbols(marp).map((each) => marp[each])
  .find((value) => Array.isArray(value) && value.some((page) => page?.headings));

// Marpit chooses random names for `<style scoped>`; the same deck must give the same bytes.
function seeded(act) {
  const { random } = Math;
  seed();
  try {
    return act();
  } finally {
    Math.random = random;
  }
}

function withoutRemote(marp, theme) {
  const css = local(theme.css, { images: {} });
  if (css !== theme.css) marp.themeSet.add(css.includes("@theme") ? css : `/* @theme ${theme.name} */\n${css}`);
}

// -- pictures ------------------------------------------------------------------

// Marp loads Twemoji pictures from the network; take the same pictures from a package.
function withEmoji(html) {
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

// Add the scripts for layout, moving pictures and frames to HTML files.
function alive(html, { images, moves, frames, beginnings }) {
  if (!moves || told().options?.script === false) return html;
  const scripts = [html.includes("data-auto-scaling") && LAID, Object.values(images).some(({ moving }) => moving) && PLAYER];
  const shown = Object.values(frames ?? {}).map((page, number) => (html.includes(` data-runs="${number}"`) ? page : null));
  const framed = shown.some(Boolean) ? script(beginnings, shown) : "";
  return html + scripts.filter(Boolean).map((script) => `<script>${script}</script>`).join("") + framed;
}

function embedded(html, { images, moves, frames = {} }) {
  return html.replace(/<[a-z][^<>]*>/gi, (tag) =>
    tag
      .replace(/(\s(?:src|href|xlink:href|poster)=")([^"]*)(")/gi, (all, before, source, after) => {
        if (/^\s*<a\s/i.test(tag)) return all;
        const picture = found(images, unescaped(source));
        if (!picture) return all;
        const [image] = /^<img\s/i.exec(tag) ?? [];
        const moving = moves && picture.moving && image ? ` srcset="${picture.moving} ${picture.density}x"` : "";
        return before + picture.still + after + moving + (picture.diagram && image ? ' class="diagram"' : "") + (moves && image ? framed(frames, source) : "");
      })
      .replace(/(\ssrcset=")([^"]*)(")/gi, (all, before, list, after) =>
        before + list.replace(/[^\s,](?:\S*[^\s,])?/g, (each) => found(images, unescaped(each))?.still ?? each) + after)
      .replace(/(\sstyle=")([^"]*)(")/gi, (all, before, style, after) =>
        before + style.replace(/url\(\s*(&quot;|&#39;|["']?)(.*?)\1\s*\)/g, (address, _quote, source) => {
          const picture = found(images, unescaped(source));
          return picture ? `url(&quot;${(moves && picture.moving) || picture.still}&quot;)` : address;
        }) + after));
}

// The attribute that names the frame over a picture, if any.
function framed(frames, source) {
  const page = found(frames, unescaped(source));
  return page ? ` data-runs="${typeof page === "string" ? page : Object.values(frames).indexOf(page)}"` : "";
}

// -- title -------------------------------------------------------------------------

// Without a title in the front matter, the Marp CLI uses the Markdown of a heading, even in a quote; use its text.
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

// -- unclosed comments and styles ----------------------------------------------------------

// Marp searches for the end of a comment or style again from every opening, so thousands of unclosed ones take minutes; detect
// them at once, with the same result.
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
