// Slides for a page that shows a deck while it is written: rendered by the engine that the Marp CLI makes files with,
// which stays open for each set of themes.
// in: { markdown, themes, images, marks, known }; out: { order, html, pages, css, style, size, notes, title }
// html holds the slides that are not among the known hashes; css is null where its hash, style, is.
import { createHash } from "node:crypto";
import { work } from "./job.mjs";
import { kept } from "./memo.mjs";

const MAX_ENGINES = 4; // a theme that is edited makes a new one each time
const CONTAINER = "div#\\:\\$p"; // in a built file all slides are in one element, here each in its own
const OWN = "div.deck";
const NUMBERS = / (id|data-marpit-pagination|data-marpit-pagination-total)="(\d*)"/g;
const END = "</svg>"; // behind the last one stands Marp's script, which the page has
const engines = new Map();

export async function slides({ markdown, themes, images, marks, known }, engineOf) {
  const marp = await engineFor(themes, engineOf);
  const job = { images, marks, css: "", moves: true, said: [] };
  const { html, css, comments } = work.run(job, () => marp.render(markdown, { htmlAsArray: true }));
  const rendered = html.map(numbersApart);
  const has = new Set(known);
  const style = hash(css);
  return {
    order: rendered.map(({ key }) => key),
    html: Object.fromEntries(rendered.filter(({ key }) => !has.has(key)).map(({ key, text }) => [key, text])),
    pages: rendered.map(({ page }) => page),
    css: has.has(style) ? null : css.replaceAll(CONTAINER, OWN),
    style,
    size: /viewBox="0 0 (\d+) (\d+)"/.exec(html[0]).slice(1).map(Number),
    notes: comments.map((each) => each.join("\n\n")),
    title: marp.lastGlobalDirectives?.marpCLITitle ?? "",
  };
}

async function engineFor(themes, engineOf) {
  const key = JSON.stringify(themes);
  try {
    return await kept(engines, key, () => engineOf(themes), MAX_ENGINES);
  } catch (error) {
    engines.delete(key);
    throw error;
  }
}

// A slide without its number and page, which an inserted slide changes in all that follow: [page, pages] or null.
function numbersApart(html) {
  const found = {};
  const text = html.slice(0, html.lastIndexOf(END) + END.length).replace(/<section [^>]*>/g, (tag) => tag.replace(NUMBERS, (all, name, value) => {
    found[name] = Number(value);
    return ` ${name}=""`;
  }));
  const { "data-marpit-pagination": page, "data-marpit-pagination-total": total } = found;
  return { key: hash(text), text, page: page === undefined ? null : [page, total] };
}

const hash = (text) => createHash("sha1").update(text).digest("base64url").slice(0, 12);
