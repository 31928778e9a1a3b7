// Loads lazily what is slow to load and rarely needed: the typesetter of formulas, the downloader of browsers, and the
// highlighting of all languages but Python.
import { Module, createRequire } from "node:module";

const LATE = [ // module, importing package
  [/^(?:katex$|mathjax-full\/)/, /[\\/]marp-core[\\/]/],
  [/^\.\/(?:browser-data\/browser-data|install|CLI)\.js$/, /[\\/]@puppeteer[\\/]browsers[\\/]/],
];
const PYTHON = "python";

export function loadLate() {
  const load = Module._load;
  Module._load = (name, parent, ...rest) => {
    const now = () => load(name, parent, ...rest);
    return LATE.some(([asked, by]) => asked.test(name) && by.test(parent?.filename)) ? late(now) : now();
  };
}

function late(load) {
  let loaded;
  return new Proxy({}, { get: (_, name) => (loaded ??= load())[name] });
}

// Marp's highlighter loads two hundred languages for the first block of code. No other language goes by the name of this
// one, or is highlighted within it.
export function pythonFirst(highlighter) {
  let python;
  return (code, language, ...rest) => {
    if (language !== PYTHON) return highlighter(code, language, ...rest);
    python ??= pythonAlone();
    return python.highlight(code, { language, ignoreIllegals: true }).value;
  };
}

function pythonAlone() {
  const require = createRequire(import.meta.url);
  const core = require("highlight.js/lib/core").newInstance();
  core.registerLanguage(PYTHON, require("highlight.js/lib/languages/python"));
  return core;
}
