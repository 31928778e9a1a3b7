// Accessibility of slides: names of formulas, levels of headings, and a landmark.
const PICTURE = /<svg\b(?=[^>]*\srole="img")/;
const SLIDES = '<div id=":$p">';

// Name each MathJax formula, an image to browsers, by its TeX, which also becomes the alternative text in a PDF. KaTeX has
// MathML.
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

// Skip no heading level: an h6 that is used for its look gets the level below the last heading.
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

// Mark the slides as the main content of the page.
export const landmarked = (html) => html.replace(SLIDES, SLIDES.replace(">", ' role="main">'));
