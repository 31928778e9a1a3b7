// Runs a Marp configuration that is code and prints its values as JSON, on a line of its own, since the code may print, too.
// argv: { file, engine, folder } as JSON; out: { said, themes, files, variables } or { failed, stack, files, variables }
import { recorded } from "./accesses.mjs";
import { atHome, configured, engineOf, files } from "./users.mjs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const setup = JSON.parse(process.argv[2]);
const accesses = recorded();

const answer = await atHome(setup, contents).catch((error) => ({ failed: String(error?.message ?? error), stack: String(error?.stack ?? ""), code: error?.code }));
process.stdout.write(`\n${JSON.stringify({ ...answer, files: [...files(), ...accesses.files], variables: [...accesses.variables] })}\n`, () => process.exit(0));

async function contents() {
  const { engine, ...said } = await configured(setup);
  const options = said.options && Object.fromEntries(Object.keys(said.options).map((name) => [name, null])); // values may be anything
  const { themeSet, theme, html } = said;
  return {
    said: { ...Object.fromEntries(Object.keys(said).map((name) => [name, null])), themeSet, theme, html: html && true, options },
    themes: engine ? await themes(engine, said) : {},
  };
}

// Themes of the engine itself, by name.
async function themes(engine, { options, html }) {
  const { Marp } = require("@marp-team/marp-core");
  const context = { ...options, html };
  Object.defineProperty(context, "marp", { get: () => new Marp(context) });
  const { themeSet } = await engineOf(engine, context);
  return Object.fromEntries([...themeSet.themes()].map(({ name, css }) => [name, css]));
}
