// What typesets formulas takes longer to load than all else of Marp: it is loaded for the first formula that is not known.
import { Module } from "node:module";

const MATHS = /^(?:katex$|mathjax-full\/)/;
const CORE = /[\\/]marp-core[\\/]/;

export function mathsLate() {
  const load = Module._load;
  Module._load = (name, parent, ...rest) => {
    const now = () => load(name, parent, ...rest);
    return MATHS.test(name) && CORE.test(parent?.filename) ? late(now) : now();
  };
}

function late(load) {
  let loaded;
  return new Proxy({}, { get: (_, name) => (loaded ??= load())[name] });
}
