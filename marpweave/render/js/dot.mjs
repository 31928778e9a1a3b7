// A thread that lays out graphs with Graphviz: { source, look } in, { svg } or { error } out.
// Graphviz has no widths for Japanese characters and measures each of their bytes as a space. Four spaces are about as wide as a
// full-width character, so each is replaced by a character of four UTF-8 bytes for the layout, and restored afterwards.
import { parentPort } from "node:worker_threads";
import { Graphviz } from "@hpcc-js/wasm-graphviz";

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;
const STAND_INS = /[\u{100000}-\u{10fffd}]/gu;
const FIRST = 0x100000;
const POINTS = 0.75; // in a CSS pixel
const OPENING = /^(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/|#[^\n]*\n)*(?:strict\s+)?(?:di)?graph\b(?:\s|"(?:[^"\\]|\\.)*"|[^\s{"])*\{/i;

const graphviz = await Graphviz.load();

parentPort.on("message", ({ source, look }) => {
  const wide = source.replace(WIDE, (each) => String.fromCodePoint(FIRST + each.codePointAt(0)));
  try {
    const svg = graphviz.layout(wide.replace(OPENING, (opening) => opening + defaults(look)), "svg", "dot");
    parentPort.postMessage({ svg: svg.slice(svg.indexOf("<svg")).replace(STAND_INS, (each) => String.fromCodePoint(each.codePointAt(0) - FIRST)) });
  } catch (error) {
    parentPort.postMessage({ error: String(error.message ?? error) });
  }
});

// Defaults of a graph, on its first line to preserve the line numbers of errors.
function defaults({ foreground, line, fill, size }) {
  const text = `fontname="Arial" fontsize=${size * POINTS} fontcolor="${foreground}"`;
  return `graph [bgcolor=transparent ${text} color="${line}"] `
    + `node [shape=box style="rounded,filled" ${text} color="${line}" fillcolor="${fill}" penwidth=1.5] `
    + `edge [${text} color="${line}" penwidth=1.5]; `;
}
