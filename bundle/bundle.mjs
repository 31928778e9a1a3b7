// Makes the replacement of node_modules in a wheel: a folder with the same layout, but all scripts in one file.
// argv: node_modules, the folder to make
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, out] = process.argv.slice(2).map((each) => path.resolve(each));
const require = createRequire(path.join(modules, "bundle.cjs"));
const BUNDLE = "bundle.cjs";
const SCRIPTS = ["@marp-team/marp-cli", "@marp-team/marp-core", "@marp-team/marpit", "postcss", "puppeteer-core"];
const BESIDE = "@marp-team/marp-cli/lib/bespoke.js"; // Marp CLI reads it from the folder of its own code
const LEFT_OUT = ["typescript", "emitter", "bufferutil", "utf-8-validate", "fsevents"]; // optional dependencies
const PAGE = new URL("../marpweave/serve/page/vendor.json", import.meta.url);
const WHOLE = [
  "@iconify-json/twemoji/icons.json", "@iconify-json/twemoji/chars.json",
  "highlight.js/lib/core.js", "highlight.js/lib/languages/python.js",
  ...Object.values(JSON.parse(readFileSync(PAGE, "utf8"))).flatMap(Object.values),
];
const GRAPHVIZ = ["package.json", "dist/index.js"].map((file) => `@hpcc-js/wasm-graphviz/${file}`);
const MERMAID = "mermaid/dist/mermaid.min.js"; // includes its dependencies
const FONTS = /-400-normal\.woff2$|^noto-sans-jp-.*-700-normal\.woff2$/;
const LICENCE = /^(licen[cs]e|copying|notice|ofl)/i;

// Marp Core loads the typesetter of formulas eagerly; load it for the first formula, as in js/late.mjs.
const MATHS_LATE = {
  name: "maths late",
  setup(build) {
    const late = { filter: /.*/, namespace: "late" };
    build.onResolve({ filter: /^(?:katex$|mathjax-full\/)/ }, ({ path: name, importer }) => (
      importer.includes("marp-core") ? { path: name, namespace: late.namespace } : null));
    build.onLoad(late, ({ path: name }) => ({
      contents: `let loaded; module.exports = new Proxy({}, { get: (_, name) => (loaded ??= require("${name}"))[name] });`,
      resolveDir: path.join(modules, "@marp-team/marp-core"),
    }));
  },
};

const told = (name) => JSON.parse(readFileSync(path.join(modules, name, "package.json"), "utf8"));

function write(name, content) {
  const file = path.join(out, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function copy(name, target = name) {
  cpSync(path.join(modules, name), path.join(out, target), { recursive: true });
}

// Bundle all scripts into one file, each run when first required; returns the bundled files.
async function bundled() {
  const members = SCRIPTS.map((name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); }`);
  const { metafile } = await require("esbuild").build({
    stdin: { contents: `module.exports = { ${members.join(", ")} };`, resolveDir: path.dirname(modules) },
    absWorkingDir: path.dirname(modules), outfile: path.join(out, BUNDLE), bundle: true, minify: true, metafile: true,
    platform: "node", target: "node20", external: LEFT_OUT, plugins: [MATHS_LATE], legalComments: "none", logLevel: "error",
  });
  copy(BESIDE, path.basename(BESIDE));
  for (const name of SCRIPTS) {
    const { version, license } = told(name);
    const up = path.posix.relative(name, BUNDLE);
    const names = Object.keys(require(name)).filter((each) => /^[a-z_$][\w$]*$/i.test(each) && each !== "default");
    // the last line never runs, but shows Node.js which names a module can import
    write(`${name}/index.js`, `module.exports = require("${up}")["${name}"];\n0 && (module.exports = { ${names.join(", ")} });\n`);
    write(`${name}/package.json`, JSON.stringify({ name, version, license, main: "index.js" }));
  }
  return Object.keys(metafile.inputs);
}

function fonts(name) {
  for (const file of ["package.json", "unicode.json"]) copy(`${name}/${file}`);
  for (const file of readdirSync(path.join(modules, name, "files")).filter((each) => FONTS.test(each))) copy(`${name}/files/${file}`);
}

// The package of a file, from the innermost node_modules on.
const packageOf = (file) => /^(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file)[0];

// A package and all its dependencies, where npm has placed them.
function inside(name, found = new Set()) {
  found.add(name);
  for (const each of Object.keys(told(name).dependencies ?? {})) {
    const nearest = [`${name}/node_modules/${each}`, each].find((place) => existsSync(path.join(modules, place)));
    if (nearest && !found.has(nearest)) inside(nearest, found);
  }
  return [...found];
}

function licences(packages) {
  const texts = [...new Set(packages)].sort().map((name) => {
    const { version, license } = told(name);
    const files = readdirSync(path.join(modules, name)).filter((each) => LICENCE.test(each));
    const words = files.map((each) => readFileSync(path.join(modules, name, each), "utf8").trim());
    return [`${name} ${version} (${license})`, ...words].join("\n\n");
  });
  const own = readFileSync(path.join(modules, `${BESIDE}.LICENSE.txt`), "utf8").trim();
  return [...texts, `${BESIDE}\n\n${own}`].join(`\n\n${"-".repeat(80)}\n\n`);
}

const scripts = await bundled();
[...WHOLE, ...GRAPHVIZ, MERMAID].forEach((name) => copy(name));
const families = readdirSync(path.join(modules, "@fontsource")).map((name) => `@fontsource/${name}`);
families.forEach(fonts);
cpSync(path.join(modules, "katex/dist/fonts"), path.join(out, "katex/dist/fonts"), { recursive: true, filter: (name) => !/\.(ttf|woff)$/.test(name) });
const files = scripts.filter((file) => file.startsWith("node_modules/")).map((file) => file.slice("node_modules/".length));
write("LICENSES.txt", `${licences([...files, ...WHOLE, ...GRAPHVIZ].map(packageOf).concat(families, inside("mermaid")))}\n`);
