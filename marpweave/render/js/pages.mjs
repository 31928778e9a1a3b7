// Slides of a variant keep the page numbers of the full deck. pages: for each slide how many numbered ones before it are
// left out, and last how many in all.
import { work } from "./job.mjs";

export function numberedAsWhole(md) {
  md.core.ruler.after("marpit_directives_apply", "marpweave_pages", ({ inlineMode, tokens }) => {
    const pages = work.getStore()?.pages ?? [];
    if (inlineMode || !pages.length) return;
    tokens.filter(({ type }) => type === "marpit_slide_open").forEach((token, index) => {
      for (const [name, more] of [["pagination", pages[index] ?? pages.at(-1)], ["pagination-total", pages.at(-1)]]) {
        const number = token.attrGet(`data-marpit-${name}`);
        if (number !== null) token.attrSet(`data-marpit-${name}`, String(Number(number) + more));
      }
    });
  });
}
