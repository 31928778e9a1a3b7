// Loads a project's Marp configuration and engine that are code, as the Marp CLI would. A new stamp reloads all of it; packages
// that the project lacks are taken from ours.
import { createRequire, register } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { kept } from "./memo.mjs";

const require = createRequire(import.meta.url);
const ours = pathToFileURL(require.resolve("@marp-team/marp-cli/package.json")).href;
const PACKAGES = `${path.sep}node_modules${path.sep}`;
const MAX_CONFIGURATIONS = 8;
const configurations = new Map(); // stamp -> a promise
const required = new Set(); // files that CommonJS keeps
const guests = new Set(); // promises of calls that use the working folder
let here = "";
let imported = null; // a port that receives the files loaded as modules

// { said, file, engine, folder, stamp } -> all settings, with the engine's module, or null
export function configured({ said = {}, file = "", engine = [], folder = "", stamp = "" } = {}) {
  const home = homeOf({ file, folder });
  return kept(configurations, JSON.stringify([file, stamp, engine, said]), async () => {
    const code = file ? await loaded(`./${path.basename(file)}`, { folder: home, stamp }) : {};
    const wanted = [].concat(code.engine ?? engine);
    return { ...code, ...said, engine: wanted.length ? await module(wanted, { folder: home, stamp }) : null };
  }, MAX_CONFIGURATIONS);
}

const homeOf = ({ file, folder }) => (file ? path.dirname(file) : folder);

// Run project code in its own folder, so that relative paths work. The process has only one working folder, so calls of other
// projects wait.
export async function atHome({ file = "", engine = [], folder = "" } = {}, act) {
  if (!file && !engine.length) return act();
  const home = homeOf({ file, folder });
  while (home !== here && guests.size) await Promise.allSettled(guests);
  if (home !== here) process.chdir((here = home));
  const acting = act();
  guests.add(acting);
  try {
    return await acting;
  } finally {
    guests.delete(acting);
  }
}

// An engine is a class, a function of { marp, ...options }, or an object; a function may give any of the others.
export async function engineOf(value, context) {
  let engine = value;
  if (typeof engine === "function" && !isClass(engine)) engine = await engine(context);
  if (isClass(engine)) engine = new engine({ ...context });
  if (typeof engine?.render === "function") return engine;
  throw new Error("the engine has no render()");
}

const isClass = (value) => typeof value === "function" && Object.hasOwn(value.prototype ?? {}, "constructor");

// The first of some modules, given by name or as an object.
async function module(wanted, place) {
  let value = typeof wanted[0] === "string" ? await loaded(wanted[0], place) : wanted[0];
  while (value && typeof value === "object" && "default" in value && value !== value.default) value = value.default;
  return value;
}

async function loaded(name, { folder, stamp }) {
  hook();
  for (const known of required) delete require.cache[known];
  const before = new Set(Object.keys(require.cache));
  const parent = pathToFileURL(path.join(folder, "_.js"));
  parent.searchParams.set("marpweave", stamp);
  try {
    const found = await import(`marpweave:${encodeURIComponent(parent.href)}:${name}`);
    return (await found.default) ?? found;
  } finally {
    for (const each of Object.keys(require.cache)) if (!before.has(each) && !each.includes(PACKAGES)) required.add(each);
  }
}

// The project's files that have been loaded.
export function files() {
  const found = new Set(required);
  for (let told = receiveMessageOnPort(imported); told; told = receiveMessageOnPort(imported)) found.add(told.message);
  return [...found];
}

function hook() {
  if (imported) return;
  const { port1, port2 } = new MessageChannel();
  imported = port1;
  imported.unref();
  register("./fresh.mjs", import.meta.url, { data: { ours, port: port2 }, transferList: [port2] });
}
