// Prevents wrong line breaks in Japanese: between a formula, which browsers treat as an image that may begin or end a line (CSS
// Text 3, 5.1), and brackets or punctuation; and between a number and its unit.
const FORMULA = "marp_math_inline";
const BEFORE = /[（「『【〈《〔［｛]$/;
const BEHIND = /^[、。，．・：；？！）」』】〉》〕］｝]+/;
const UNIT = /(?<=\d) (?=[%\p{Script=Han}\p{Script=Katakana}])/gu;

export function unbroken(md) {
  md.core.ruler.push("marpweave_unbroken", ({ inlineMode, tokens, Token }) => {
    for (const [index, block] of inlineMode ? [] : tokens.entries()) {
      if (block.type !== "inline" || tokens[index - 1]?.type === "heading_open") continue;
      for (const token of block.children) if (token.type === "text") token.content = token.content.replace(UNIT, "\u00a0");
      block.children = block.children.flatMap((token, at, all) => (token.type === FORMULA ? held(token, all[at - 1], all[at + 1], Token) : [token]));
    }
  });
}

// A formula with the signs that must stay on its line, which are moved from the adjacent text.
function held(formula, before, behind, Token) {
  const text = (content) => Object.assign(new Token("text", "", 0), { content });
  const cut = (token, pattern) => {
    const [signs] = (token?.type === "text" && pattern.exec(token.content)) || [];
    if (signs) token.content = token.content.replace(pattern, "");
    return signs ? [text(signs)] : [];
  };
  const [opening, closing] = [cut(before, BEFORE), cut(behind, BEHIND)];
  if (!opening.length && !closing.length) return [formula];
  const [open, close] = [new Token("span_open", "span", 1), new Token("span_close", "span", -1)];
  open.attrSet("style", "white-space: nowrap");
  return [open, ...opening, formula, ...closing, close];
}
