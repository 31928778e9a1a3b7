// Slides of a variant keep the page numbers of the full deck. pages: for each slide, the number of omitted numbered slides before
// it; the last entry is their total.
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
