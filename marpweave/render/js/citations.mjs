// Formats citations and sources with citation-js, which is loaded for the first deck with citations.
// in: { modules, style: { name, xml }, locales, lang, strings, sources: [{ key, bibtex, csl }], keys, citations }; a
// citation is { items: [{ id, prefix, suffix, label, locator, less }], narrative }
// out: { citations: [{ html, parts: [html of each item] }], entries: [{ key, html }], faults: { key: why } } or { fault };
// sources that cannot be read are not cited
import { createRequire } from "node:module";
import path from "node:path";
import { kept } from "./memo.mjs";

const LOCALES = { de: "de-DE", en: "en-US", es: "es-ES", fr: "fr-FR", ja: "ja-JP", nl: "nl-NL" };
const LANGUAGES = {
  american: "en", british: "en", dutch: "nl", english: "en", french: "fr", german: "de", japanese: "ja", ngerman: "de",
  spanish: "es",
};
const EASTERN = ["ja", "ko", "zh"];
const LETTERS = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー々〆";
const EASTERN_WORDS = new RegExp(`[${LETTERS}]`, "u");
const EASTERN_NAME = new RegExp(`^([${LETTERS}]+)[ \u3000]+([${LETTERS}]+)$`, "u");
const AMONG_LATIN = /(?<=[A-Za-z\u00c0-\u024f.])ほか/g; // "et al." in a Japanese citation
const OTHERS = /(?:,? (?:&#38;|and)|[,;・])\s*others\b\.?/g;
const NOTHING = /\[NO_PRINTED_FORM\]|\[CSL STYLE ERROR:[^\]]*\]/g;
const NAMES = ["author", "editor", "translator", "bookauthor"];
const MAX_ENGINES = 8;
const engines = new Map();
let library = null;

export function formatted({ modules, sources, strings, ...asked }) {
  library ??= loaded(modules);
  const { found, faults } = read(sources, strings);
  const attempt = (keys, citations) => {
    try {
      return { ...written({ ...asked, keys, citations, found }), faults };
    } catch (error) {
      engines.clear(); // their state is unknown after an error
      return { fault: String(error.message ?? error) };
    }
  };
  const { fault } = attempt([], []);
  if (fault) return { fault: `the style cannot be read: ${fault}` };
  const made = attempt(asked.keys, asked.citations);
  if (!made.fault) return made;
  for (const key of asked.keys) {
    const alone = attempt([key], []);
    if (alone.fault && found.delete(key)) faults[key] = alone.fault;
  }
  return attempt(asked.keys, asked.citations);
}

function loaded(modules) {
  const require = createRequire(path.join(modules, "citations.cjs"));
  const { plugins } = require("@citation-js/core");
  require("@citation-js/plugin-bibtex");
  require("@citation-js/plugin-csl");
  return { chain: plugins.input.chain, config: plugins.config.get("@csl"), CSL: require("citeproc") };
}

// Read each source on its own, so that a damaged one does not affect others.
function read(sources, strings) {
  const faults = {};
  const attempt = (key, step) => {
    try {
      return step();
    } catch (error) {
      faults[key] = String(error.message ?? error).split("\n")[0];
      return [];
    }
  };
  const chain = (data, forceType, more) => library.chain(data, { forceType, generateGraph: false, ...more });
  const raw = sources.filter(({ bibtex }) => bibtex).flatMap(({ key, bibtex }) => attempt(key, () =>
    chain(`${strings}\n${bibtex}`, "@biblatex/text", { target: "@biblatex/entries+list" }).map(withNames)));
  const items = raw.flatMap((entry) => attempt(entry.label, () => {
    const { crossref, xdata } = entry.properties;
    const [item] = chain([entry, ...(crossref || xdata ? raw.filter((each) => each !== entry) : [])], "@biblatex/entries+list");
    return [{ ...item, language: item.language ?? entry.properties.langid ?? entry.properties.language }];
  }));
  items.push(...sources.filter(({ csl }) => csl).flatMap(({ key, csl }) => attempt(key, () => chain([JSON.parse(csl)], "@csl/list+object"))));
  return { found: new Map(items.map((item) => [item.id, item])), faults };
}

// East Asian names are often written family name first, but BibTeX takes the last word as the family name.
function withNames({ properties, ...entry }) {
  const turned = NAMES.filter((name) => properties[name]).map((name) => [
    name, properties[name].split(/\s+and\s+/).map((each) => each.trim().replace(EASTERN_NAME, "$1, $2")).join(" and ")]);
  return { ...entry, properties: { ...properties, ...Object.fromEntries(turned) } };
}

function written({ style, locales, lang, keys, citations, found }) {
  const xml = style.xml || (library.config.styles ?? library.config.templates).get(style.name);
  const cited = keys.filter((key) => found.has(key));
  const own = engineOf(xml, locales, lang, found);
  const listed = entriesOf(own, cited);
  const order = [...listed.keys()];
  const lists = new Map([[lang, listed]]);
  const listIn = (language) => {
    if (!lists.has(language)) lists.set(language, entriesOf(engineOf(xml, locales, language, found), order, true));
    return lists.get(language);
  };
  const cite = citing(own, found, /citation-format="numeric"/.test(xml));
  return {
    citations: citations.map(({ items, narrative }) => cite(items.filter(({ id }) => found.has(id)), narrative)),
    entries: order.map((key) => ({ key, html: abridged(listIn(languageOf(found.get(key), lang)).get(key), found) })),
  };
}

// An engine with only these sources; creating one takes most of the time.
function engineOf(xml, locales, language, found) {
  const locale = LOCALES[language] ?? "en-US";
  const engine = kept(engines, JSON.stringify([xml, locale]), () => {
    const made = new library.CSL.Engine({ retrieveLocale: (name) => localeOf(name, locales), retrieveItem: () => {} }, xml, locale, true);
    made.opt.development_extensions.wrap_url_and_doi = true;
    made.setOutputFormat("html");
    return made;
  }, MAX_ENGINES);
  engine.updateItems([]);
  engine.sys.retrieveItem = (key) => found.get(key);
  return engine;
}

// Our locales have only some terms and are merged over English, since the engine has no fallback.
function localeOf(name, ours) {
  const { locales } = library.config;
  if (!ours[name]) return locales.get(locales.has(name) ? name : "en-US");
  const [, inside] = /<locale[^>]*>([^]*)<\/locale>/.exec(ours[name]);
  return locales.get("en-US").replace('xml:lang="en-US"', `xml:lang="${name}"`).replace("</locale>", () => `${inside}</locale>`);
}

// Entries by key, in the order of the style, or of the keys; for styles without a bibliography, the keys.
function entriesOf(engine, keys, isSorted = false) {
  engine.updateItems(keys, isSorted);
  const made = engine.makeBibliography();
  return new Map(made ? made[0].entry_ids.map(([key], place) => [key, made[1][place].trim()]) : keys.map((key) => [key, key]));
}

// The language that a source names, or else that of its text.
function languageOf({ language, title, author }, lang) {
  const said = (language ?? "").toLowerCase();
  const known = LANGUAGES[said] ?? said.split(/[-_]/)[0];
  if (known) return known;
  const words = [title, ...(author ?? []).map(({ family, literal }) => family ?? literal)].join("");
  if (EASTERN_WORDS.test(words)) return EASTERN.includes(lang) ? lang : "ja";
  return EASTERN.includes(lang) ? "en" : lang;
}

// A function that writes citations; numeric styles get names in narrative citations.
function citing(engine, found, isNumeric) {
  const { layout_prefix: before = "", layout_suffix: behind = "" } = engine.citation.opt;
  const made = (items) => abridged(engine.makeCitationCluster(items), found).replace(AMONG_LATIN, " et al.").replace(NOTHING, items[0].id);
  const cluster = (items) => made(items.map(({ less, ...item }) => ({ ...item, "suppress-author": less && !isNumeric })));
  const bare = (html) => (html.startsWith(before) && html.endsWith(behind) ? html.slice(before.length, html.length - behind.length) : html);
  const names = (item) => (isNumeric ? namesOf(found.get(item.id)) : made([{ id: item.id, "author-only": true }]));
  return (items, narrative) => {
    const html = items.length ? cluster(narrative ? items.map((item) => ({ ...item, less: true })) : items) : "";
    if (narrative && items.length) return { html: [names(items[0]), html].filter(Boolean).join(" "), parts: [] };
    return { html, parts: items.length > 1 ? items.map((item) => bare(cluster([item]))) : [] };
  };
}

// BibTeX's `and others`, which CSL takes for a name.
function abridged(html, found) {
  const hasOthers = [...found.values()].some(({ author }) => author?.some(({ family }) => family === "others"));
  return hasOthers ? html.replace(OTHERS, " et al.") : html;
}

function namesOf({ author, editor, title }) {
  const names = (author ?? editor ?? []).map(({ family, literal, given }) => family ?? literal ?? given);
  const east = EASTERN_WORDS.test(names.join(""));
  if (names.length > 2) return `${names[0]}${east ? "ほか" : " et al."}`;
  return names.join(east ? "・" : " and ") || title;
}
