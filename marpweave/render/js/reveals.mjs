// Step-by-step content: blocks in <div class="fragment">, blocks that replace each other in <div class="r-stack"> (names of
// reveal.js and Quarto), and lines of a code block, ```python {1|3-4|6}.
// Bespoke steps through all elements with data-marpit-fragment, in document order.
const DIV = /^\s*<div class="(fragment|r-stack)">\s*$/;
const END = /^\s*<\/div>\s*$/;
const MARKED = new Set(["paragraph_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "heading_open", "table_open"]);
const [SHOWN, WAITS] = ["active", "inactive"].map((state) => `[data-bespoke-marp-fragment="${state}"]`);
const CLEAR = "border-image: none !important; background: none !important; color: inherit !important";

// -- blocks ------------------------------------------------------------------------------

// A block alone in its <div> becomes the fragment itself, so that the theme places it as usual.
export function blocksRevealed(md) {
  md.core.ruler.after("block", "marpweave_reveals", (state) => {
    if (!state.inlineMode) state.tokens = blocksOf(state.tokens).flatMap((block) => revealed(block, state));
  });
}

// Tokens grouped by outermost block; a <div> extends to its end tag.
function blocksOf(tokens) {
  const blocks = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.type === "hr" && token.level === 0) depth = 0; // the next slide
    if (!depth) blocks.push([]);
    blocks.at(-1).push(token);
    depth = Math.max(0, depth + opened(token));
  }
  return blocks;
}

const opened = ({ type, nesting, content }) => nesting + (type === "html_block" ? count(content, /<div\b/gi) - count(content, /<\/div\s*>/gi) : 0);
const count = (text, pattern) => (text.match(pattern) ?? []).length;

function revealed(block, state) {
  if (block.length === 1) return block;
  const [first, last] = [block[0], block.at(-1)];
  const kind = first.type === "html_block" && END.test(last.content) && DIV.exec(first.content)?.[1];
  const end = block.length - (block.reduce((depth, token) => depth + opened(token), 0) ? 0 : 1); // an unclosed block has no end tag
  const within = blocksOf(block.slice(1, end));
  if (kind === "fragment" && within.length === 1 && marked(within[0])) return revealed(within[0], state);
  const blocks = within.map((each) => revealed(each, state));
  return [first, ...(kind === "r-stack" ? blocks.map((each, index) => (index ? layered(each, state) : each)) : blocks).flat(), ...block.slice(end)];
}

// A block of a stack, which appears a step after the previous one.
const layered = (block, state) =>
  isFragment(block) || marked(block) ? block : [html('<div class="fragment">', state), ...block, html("</div>", state)];

const isFragment = ([{ type, content }]) => type === "html_block" && /^\s*<div class="[^"]*\bfragment\b/.test(content);

// Turn a block into a fragment; false if its element cannot have a class.
function marked([first]) {
  if (first.type === "fence") first.meta = { ...first.meta, fragment: true };
  else if (MARKED.has(first.type)) first.attrJoin("class", "fragment");
  else return false;
  return true;
}

const html = (content, state) => Object.assign(new state.Token("html_block", "", 0), { content: `${content}\n`, block: true });

// -- lines of code --------------------------------------------------------------------------

// The lines of each step; an empty step means all.
export const stepsOf = (info) => /\{([\d\s,|-]+)\}/.exec(info)?.[1].split("|").map(numbers) ?? [];

function numbers(text) {
  const lines = new Set();
  for (const range of text.split(",").map((each) => each.trim()).filter(Boolean)) {
    const [first, last = first] = range.split("-").map(Number);
    for (let line = first; line <= Math.min(last, first + 999); line += 1) lines.add(line);
  }
  return lines;
}

export function linesMarked(md) {
  const { highlight } = md.options;
  const fence = md.renderer.rules.fence;
  let steps = [];
  md.options.highlight = (code, ...rest) => {
    const text = highlight ? highlight(code, ...rest) : md.utils.escapeHtml(code);
    return steps.length ? lined(text || md.utils.escapeHtml(code), steps) : text;
  };
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    steps = stepsOf(tokens[index].info);
    try {
      const block = fence(tokens, index, ...rest);
      return tokens[index].meta?.fragment ? block.replace(/<pre\b/, '<pre class="fragment"') : block;
    } finally {
      steps = [];
    }
  };
}

// A <span> may extend over several lines: it is closed at the end of each line and reopened. A marker for each step but the first
// precedes the lines: the markers that have appeared determine the current step.
function lined(text, steps) {
  const open = [];
  const marks = steps.slice(1).map((_, index) => `<i class="step fragment" data-step="${index + 2}"></i>`).join("");
  return marks + text.replace(/\n$/, "").split("\n").map((line, index) => {
    const before = open.join("");
    for (const tag of line.match(/<\/?span[^>]*>/g) ?? []) {
      if (tag.startsWith("</")) open.pop();
      else open.push(tag);
    }
    return element(before + line + "</span>".repeat(open.length), index + 1, steps);
  }).join("\n") + "\n";
}

function element(line, number, steps) {
  const among = (test) => steps.flatMap((lines, index) => (test(lines) ? [index + 1] : [])).join(" ");
  const within = among((lines) => lines.has(number));
  if (steps.length === 1) return within ? `<mark class="line">${line}</mark>` : line;
  const name = within ? "mark" : "span";
  const last = steps.at(-1).has(number) ? " data-last" : "";
  return `<${name} class="line" data-in="${within}" data-lit="${among((lines) => !lines.size || lines.has(number))}"${last}>${line}</${name}>`;
}

// -- pages --------------------------------------------------------------------------------------

// Number all elements of class fragment for bespoke; Marp numbers only those of its own lists.
export function numbered(slides) {
  if (Array.isArray(slides)) return slides.map(numbered);
  return slidesOf(slides).map((slide) => {
    let number = 0;
    return slide.replace(/<[a-z][\w-]*\s[^<>]*>/gi, (tag) => {
      const own = /\sdata-marpit-fragment="\d*"/.exec(tag)?.[0];
      if (own) return tag.replace(own, ` data-marpit-fragment="${(number += 1)}"`);
      return /\sclass="(?:[^"]*\s)?fragment[\s"]/.test(tag) ? tag.replace(/>$/, ` data-marpit-fragment="${(number += 1)}">`) : tag;
    });
  }).join("");
}

const slidesOf = (text) => text.split(/(?=<svg data-marpit-svg)/);
const FRAGMENT = / data-marpit-fragment="\d+"/g;

// A page for each state of each slide; only the last one has link targets. outline: the headings of each slide.
export function paged({ html: slides, comments, ...result }, outline) {
  const each = slidesOf(slides);
  const before = each[0].startsWith("<svg") ? "" : each.shift();
  const states = each.map((slide) => 1 + (slide.match(FRAGMENT) ?? []).length);
  const spread = (values, empty) => values.flatMap((value, index) => [...Array(states[index] - 1).fill(empty(value)), value]);
  outline?.splice(0, outline.length, ...spread([...outline], (page) => ({ ...page, headings: [] })));
  const pages = each.flatMap((slide, index) => Array.from({ length: states[index] }, (_, state) => page(slide, state, states[index])));
  return { ...result, html: before + pages.join(""), comments: spread(comments, (comment) => comment) };
}

function page(slide, state, states) {
  if (states === 1) return slide;
  const isLast = state === states - 1;
  let number = 0;
  const text = slide.replace(FRAGMENT, (all) => `${all} data-bespoke-marp-fragment="${(number += 1) <= state ? "" : "in"}active"`)
    .replace("<svg", `<svg data-build="${isLast ? "last" : "more"}"`);
  return isLast ? text : text.replace(/\s(?:id|data-marp-cli-[\w-]+)="[^"]*"/g, "");
}

// -- style ----------------------------------------------------------------------------------------

// In print, show the last state of each slide, unless there is a page for each state. Without the media queries, a page printed
// during a talk would lack what has not appeared yet.
export function styleOf(text) {
  const all = [text].flat().join("");
  const most = Math.max(0, ...[...all.matchAll(/ data-step="(\d+)"/g)].map(([, step]) => Number(step)));
  if (!most && !/\sclass="(?:[^"]*\s)?(?:fragment|r-stack)[\s"]/.test(all)) return "";
  const moving = [
    `${WAITS} { visibility: hidden; }`,
    `.r-stack > :has(+ ${SHOWN}) { visibility: hidden; }`,
    ...Array.from({ length: most }, (_, index) => ofStep(index + 1)).flat(),
  ];
  return `.r-stack { display: grid; }
.r-stack > * { grid-area: 1 / 1; }
@media screen and (prefers-reduced-motion: no-preference) { code > .line { transition: opacity .2s; } }
@media print { svg:not([data-build]) :is(.r-stack > :not(:last-child)) { visibility: hidden; } svg:not([data-build]) mark[data-in]:not([data-last]) { ${CLEAR}; } }
.r-stack > :has(+ .fragment:not([data-bespoke-marp-fragment])), body[data-bespoke-view="overview"] .r-stack > :not(:last-child) { visibility: hidden; }
code:not(:has(> .step[data-bespoke-marp-fragment])) > mark[data-in]:not([data-last]) { ${CLEAR}; }
@media screen { ${moving.slice(1).join("\n")} }
${moving.map((rule) => `[data-build] ${rule}`).join("\n")}
`;
}

function ofStep(step) {
  const since = step > 1 ? `:has(> [data-step="${step}"]${SHOWN})` : ":has(> [data-step][data-bespoke-marp-fragment])";
  const state = `code${since}:not(:has(> [data-step="${step + 1}"]${SHOWN})) >`;
  return [`${state} .line:not([data-lit~="${step}"]) { opacity: .3; }`, `${state} mark[data-in]:not([data-in~="${step}"]) { ${CLEAR}; }`];
}
