// Slides for the preview, rendered by the same engine as files of the Marp CLI; one engine stays open for each set of themes.
// in: { markdown, themes, setup, images, frames, marks, known }
// out: { order, html, pages, css, style, size, notes, title, broken }
// html: slides whose hashes are not in known; css: null if its hash, style, is in known
import { createHash } from "node:crypto";
import { apart } from "./apart.mjs";
import { kept } from "./memo.mjs";

const MAX_ENGINES = 2; // every edit of a theme creates a new one
const NUMBERS = / (id|data-marpit-pagination|data-marpit-pagination-total)="(\d*)"/g;
const engines = new Map();

export async function slides({ markdown, themes, setup, images, frames, marks, known }, engineOf) {
  const marp = await engineFor(themes, setup, engineOf);
  const { slides: all, css, comments, size, title, broken } = apart(markdown, marp, { images, frames, marks, css: "", moves: true, said: [] });
  const rendered = all.map(numbersApart);
  const has = new Set(known);
  const style = hash(css);
  return {
    order: rendered.map(({ key }) => key),
    html: Object.fromEntries(rendered.filter(({ key }) => !has.has(key)).map(({ key, text }) => [key, text])),
    pages: rendered.map(({ page }) => page),
    css: has.has(style) ? null : css,
    style,
    size,
    notes: comments.map((each) => each.join("\n\n")),
    title,
    broken,
  };
}

async function engineFor(themes, setup, engineOf) {
  const key = JSON.stringify([themes, setup]);
  try {
    return await kept(engines, key, () => engineOf(themes, setup), MAX_ENGINES);
  } catch (error) {
    engines.delete(key);
    throw error;
  }
}

// A slide without its number and page, which an inserted slide would change in all later slides: [page, pages] or null.
function numbersApart(html) {
  const found = {};
  const text = html.replace(/<section [^>]*>/g, (tag) => tag.replace(NUMBERS, (all, name, value) => {
    found[name] = Number(value);
    return ` ${name}=""`;
  }));
  const { "data-marpit-pagination": page, "data-marpit-pagination-total": total } = found;
  return { key: hash(text), text, page: page === undefined ? null : [page, total] };
}

const hash = (text) => createHash("sha1").update(text).digest("base64url").slice(0, 12);
