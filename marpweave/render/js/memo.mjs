// Memoises what Marp would recompute in every rendering: formulas, highlighted code, themes, packed CSS.
// A formula that defines or numbers something affects later ones of the same rendering: it is part of their keys, and runs before
// any of them does.
import { createHash } from "node:crypto";
import { work } from "./job.mjs";
import { pythonFirst } from "./late.mjs";

const DEFINES = new RegExp([
  String.raw`\\(?:re|provide)?new(?:command|environment)`, String.raw`\\[gex]?def\b`, String.raw`\\let\b`,
  String.raw`\\DeclareMathOperator`, String.raw`\\(?:new|use)tagform`, String.raw`\\(?:eq)?ref\b`, String.raw`\\(?:tag|label)\b`,
  String.raw`\\(?:require|setcounter|unicode|mmlToken|definecolor)`,
  String.raw`\\begin\{(?:equation|align|gather|multline|eqnarray|alignat|flalign)\}`,
].join("|"));
const formulas = new Map();
const codes = new Map();
const themes = new Map();
const packs = new Map();
const MAX_KEPT = 5000;
const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 32);
const MATHS = hash("MathJax"); // its style sheet
const MAX_THEMES = 16;
const MAX_PACKS = 16; // each contains the themes' pictures and fonts

export function kept(map, key, make, most = MAX_KEPT) {
  const known = map.get(key) ?? make();
  map.delete(key); // reinsert at the end: the least recently used entry is dropped first
  map.set(key, known);
  if (map.size > most) map.delete(map.keys().next().value);
  return known;
}

// The same for texts that outlive the process: a job can pass those of its deck's last rendering in `kept`, and gets those that
// it needed in `used`.
export function lasting(map, parts, make, most) {
  const key = hash(JSON.stringify(parts));
  return used(key, kept(map, key, () => work.getStore()?.kept?.[key] ?? make(), most));
}

function used(key, text) {
  const job = work.getStore();
  if (job?.used && text !== undefined) job.used[key] = text;
  return text;
}

// setup: the project's Marp configuration, which is part of every key.
export function memoise(marp, setup) {
  const place = JSON.stringify(setup);
  const { renderer } = marp.markdown;
  let defined = "";
  let skipped = []; // known formulas that define something; they run before the first unknown one
  for (const rule of ["marp_math_inline", "marp_math_block"]) {
    const plain = renderer.rules[rule];
    if (!plain) continue; // an engine without formulas
    renderer.rules[rule] = (tokens, index, ...rest) => {
      const { content } = tokens[index];
      const { math, theme } = marp.lastGlobalDirectives ?? {};
      const run = () => plain(tokens, index, ...rest);
      let isKnown = true;
      const html = lasting(formulas, [place, rule, math, theme, defined, content], () => {
        isKnown = false;
        for (const before of skipped.splice(0)) before();
        return run();
      });
      if (DEFINES.test(content)) {
        defined += `${content}\n`;
        if (isKnown) skipped.push(run);
      }
      return html;
    };
  }
  const own = marp.highlighter?.bind(marp);
  const highlighter = setup?.file || setup?.engine?.length ? own : pythonFirst(own);
  if (own) marp.highlighter = (...given) => lasting(codes, [place, given], () => highlighter(...given));
  const { themeSet } = marp;
  const pack = themeSet.pack.bind(themeSet);
  themeSet.pack = (name, options) => {
    // The size of slides depends on the directives, which are no argument of pack.
    const sheets = [...themeSet.themes()].map((theme) => theme.css);
    return lasting(packs, [place, name, options, marp.lastGlobalDirectives, sheets], () => pack(name, options), MAX_PACKS);
  };
  rememberMaths(marp);
  const render = marp.render.bind(marp);
  marp.render = (...given) => {
    defined = "";
    skipped = [];
    return render(...given);
  };
}

// Otherwise every engine would parse Marp's three themes and ours.
export function rememberThemes({ Theme, ThemeSet }) {
  const { add } = ThemeSet.prototype;
  ThemeSet.prototype.add = function added(css) {
    let theme = null;
    const types = Object.entries(this.metaType ?? {}).map(([name, type]) => [name, type.name]);
    const parts = lasting(themes, ["theme", types, this.cssNesting, css], () => {
      theme = add.call(this, css);
      const imports = theme.importRules.map(({ value }) => ({ value })); // without the node, which is not used
      return JSON.stringify({ ...theme, importRules: imports });
    }, MAX_THEMES);
    if (theme) return theme;
    const { name, css: converted, ...rest } = JSON.parse(parts);
    theme = Object.freeze(Object.assign(new Theme(name, converted), rest));
    this.addTheme(theme);
    return theme;
  };
}

// Avoids starting MathJax only for its constant stylesheet when all formulas are known.
function rememberMaths(marp) {
  const options = marp.themeSetPackOptions.bind(marp);
  let css;
  marp.themeSetPackOptions = () => {
    const maths = stateOf(marp);
    css ??= work.getStore()?.kept?.[MATHS];
    if (maths && css) maths.mathjaxContext ??= { css }; // reset by the next rendering
    const result = options();
    css ??= stateOf(marp)?.mathjaxContext?.css; // in a new object, where MathJax was started only now
    used(MATHS, css);
    return result;
  };
}

const stateOf = (marp) => Object.getOwnPropertySymbols(marp).map((each) => marp[each]).find((each) => typeof each?.enabled === "boolean");
