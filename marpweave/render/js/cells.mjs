// Marks the blocks of a live slide with their cell. marks: [{ cell, first, last, code }], lines of the woven Markdown from
// first up to, but not including, last; with code, the first fence among them is the cell itself.
import { work } from "./job.mjs";

const PARTS = new Set(["fence", "paragraph_open", "heading_open", "table_open", "list_item_open", "marp_math_block"]);

export function cellsMarked(md) {
  md.core.ruler.after("block", "marpweave_cells", ({ inlineMode, tokens }) => {
    if (inlineMode) return;
    for (const { cell, first, last, code } of work.getStore().marks ?? []) {
      let own = code;
      tokens.forEach((token, index) => {
        const { type, map } = token;
        if (!PARTS.has(type) || !map || map[0] < first || map[0] >= last) return;
        const role = own && type === "fence" ? "code" : /^!\[/.test(tokens[index + 1]?.content ?? "") ? "figure" : "output";
        own &&= role !== "code";
        token.attrSet("data-cell", String(cell));
        token.attrSet("data-role", role);
      });
    }
  });
}
