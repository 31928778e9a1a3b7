// Loads the typesetter of formulas lazily, for the first unknown formula: it takes longer than the rest of Marp.
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
