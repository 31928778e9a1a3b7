// Records which files, existing or not, and which environment variables code reads while it runs.
import fs from "node:fs";
import { Module, syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ASKS = /^(?:read|open|exists|access|l?stat|realpath|glob|createRead)/;
const ENDINGS = ["", ".js", ".json", ".node"]; // which require() tries
const PACKAGES = `${path.sep}node_modules${path.sep}`;

// { files, variables }: sets that are filled from now on.
export function recorded() {
  const [files, variables] = [new Set(), new Set()];
  const note = (name) => {
    const at = typeof name === "string" ? name : name instanceof URL && name.protocol === "file:" ? fileURLToPath(name) : null;
    if (at !== null && !at.includes("\0") && !path.resolve(at).includes(PACKAGES)) files.add(path.resolve(at));
  };
  for (const room of [fs, fs.promises]) for (const name of Object.keys(room).filter((each) => ASKS.test(each) && typeof room[each] === "function")) {
    const plain = room[name];
    const noting = function (...words) {
      note(words[0]);
      return plain.apply(this, words);
    };
    room[name] = Object.defineProperties(noting, Object.getOwnPropertyDescriptors(plain)); // including the symbols for promisify()
  }
  syncBuiltinESMExports();
  const find = Module._resolveFilename;
  Module._resolveFilename = function (name, parent, ...more) {
    try {
      return find.call(this, name, parent, ...more);
    } catch (error) {
      if (/^\.{0,2}[/]/.test(name)) for (const ending of ENDINGS) note(path.resolve(path.dirname(parent?.filename ?? "."), name + ending));
      throw error;
    }
  };
  process.env = new Proxy(process.env, {
    get: (all, name) => (typeof name === "string" && variables.add(name), all[name]),
    has: (all, name) => (variables.add(name), name in all),
    ownKeys: (all) => Reflect.ownKeys(all).map((name) => (variables.add(name), name)),
  });
  return { files, variables };
}
