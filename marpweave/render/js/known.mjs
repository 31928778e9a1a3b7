// Finds slides that need not be measured again: a slide has the faults of one with the same HTML, styles and scripts. Slides
// that could affect one another are not separated. Only our own and Marp's themes are known not to style slides by other
// slides, so this is not used for decks with any other style.
import { createHash } from "node:crypto";

const SLIDE = "<svg data-marpit-svg=";
const NOTE = /<div class="bespoke-marp-note"[^]*?<\/div>/g; // has no layout in print
const TAG = /<!--[^]*?-->|<(\/?)([a-z][^\s/>]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>/iy;
const PICTURE = /\ssrc="([^"]*)"/g;
const END = "</foreignObject></svg>";
const VOID = new Set(["area", "br", "col", "embed", "hr", "img", "input", "param", "source", "track", "wbr"]);
// Elements that may close their parents or affect other elements.
const WILD = new Set([
  "base", "body", "embed", "form", "frame", "frameset", "head", "html", "iframe", "input", "link", "listing", "meta", "noembed",
  "noframes", "noscript", "object", "option", "plaintext", "script", "select", "style", "template", "textarea", "title", "use", "xmp",
]);
const REACHING = /\s(?:autofocus|on[a-z]+)(?=[\s=/]|$)|^details\s[^]*\bname\b/i; // attributes that may affect other elements
const FOREIGN = new Set(["svg", "math"]);
const OURS_AGAIN = new Set(["annotation-xml", "desc", "foreignobject", "mi", "mn", "mo", "ms", "mtext"]);
const ELSEWHERE = /url\(\s*(?:["']|&quot;|&#39;)?#|\sclass="eqn-num"/; // a reference to, or a counter of, another slide

// names: { picture: its source in the deck } -> { keys, page(numbers): the HTML with only these slides }, or null
export function toldApart(whole, names) {
  const html = withoutScripts(whole);
  const slides = slidesOf(html);
  if (!slides) return null;
  const [begin, end] = [slides[0].start, slides.at(-1).end];
  const around = html.slice(0, begin) + html.slice(end).replace(NOTE, "");
  if (ELSEWHERE.test(html)) return null;
  const texts = slides.map((slide) => html.slice(slide.start, slide.end));
  const base = digest(around);
  return {
    // The first slide is also shown on the index page.
    keys: texts.map((text, number) => digest(base, number ? "" : "first", text, JSON.stringify([...text.matchAll(PICTURE)].map(([, source]) => names.get(source) ?? null)))),
    page: (numbers) => html.slice(0, begin) + numbers.map((number) => texts[number]).join("") + html.slice(end),
  };
}

const digest = (...texts) => texts.reduce((hash, text) => hash.update(`${text.length} `).update(text), createHash("sha256")).digest("hex").slice(0, 32);

// Move Marp's own scripts behind the last slide, whose element contains them.
function withoutScripts(html) {
  const from = html.lastIndexOf("</section>") + "</section>".length;
  const to = html.indexOf(END, from);
  const scripts = html.slice(from, to);
  return to < 0 || !/^\s*<script>/.test(scripts) ? html : html.slice(0, from) + END + scripts + html.slice(to + END.length);
}

// Consecutive slides, each of which contains all of its elements; null if uncertain.
function slidesOf(html) {
  const slides = [];
  for (let start = html.indexOf(SLIDE); html.startsWith(SLIDE, start); ) {
    const end = endOf(html, start);
    if (end < 0) return null;
    slides.push({ start, end });
    start = end;
  }
  const behind = slides.length ? html.indexOf(SLIDE, slides.at(-1).end) : 0;
  return behind < 0 ? slides : null;
}

// The end of an element if all its descendants are properly closed; otherwise -1.
function endOf(html, start) {
  const open = [];
  let isForeign = false; // elements may be self-closing
  for (let at = start; at >= 0; at = html.indexOf("<", at)) {
    TAG.lastIndex = at;
    const [tag, closing, written, rest] = TAG.exec(html) ?? [];
    if (!tag) return -1;
    at += tag.length;
    if (!written) continue; // a comment
    const name = written.toLowerCase();
    if (closing) {
      if (open.pop()?.name !== name) return -1;
      if (!open.length) return at;
      isForeign = open.at(-1).isForeign;
      continue;
    }
    if (WILD.has(name) || REACHING.test(name + rest)) return -1;
    if (isForeign ? rest.endsWith("/") : VOID.has(name)) continue;
    isForeign = FOREIGN.has(name) || (isForeign && !OURS_AGAIN.has(name));
    open.push({ name, isForeign });
  }
  return -1;
}
