// What slides need for who does not see them: formulas with names, headings in order, and a landmark.
const PICTURE = /<svg\b(?=[^>]*\srole="img")/;
const SLIDES = '<div id=":$p">';

// Each formula of MathJax, which is a picture to a browser, has its TeX as a name, which is the alternative text in a PDF,
// too. KaTeX brings MathML along.
export function formulasNamed(md) {
  for (const rule of ["marp_math_inline", "marp_math_block"]) {
    const plain = md.renderer.rules[rule];
    if (!plain) continue; // an engine without formulas
    md.renderer.rules[rule] = (tokens, index, ...rest) => {
      const tex = md.utils.escapeHtml(tokens[index].content.replace(/\s+/g, " ").trim());
      return plain(tokens, index, ...rest).replace(PICTURE, () => `<svg aria-label="${tex}"`);
    };
  }
}

// Who goes from heading to heading misses no level: an h6 that is one for its look comes one level under the last.
export function headingsOrdered(md) {
  md.core.ruler.push("marpweave_levels", ({ inlineMode, tokens }) => {
    let last = 6;
    for (const token of inlineMode ? [] : tokens.filter(({ type }) => type === "heading_open")) {
      const own = Number(token.tag.slice(1));
      last = Math.min(own, last + 1);
      if (last < own) token.attrSet("aria-level", String(last));
    }
  });
}

// The slides of a file are what its page is about.
export const landmarked = (html) => html.replace(SLIDES, SLIDES.replace(">", ' role="main">'));
