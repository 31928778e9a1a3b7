// Slides with their notes, from one template: a handout on A4, and a page of notes for the speaker.
// Each slide is in an element of its own; Marp's print rules, one page per slide, are overridden.
import { apart, withoutLinks } from "./apart.mjs";

const WORDS = { en: "Slide", ja: "スライド" };
const LIGHT = "color-scheme: light !important; --color-background: #fff !important; --color-output: #f3f3ee !important; --color-on-output: #26343c !important;";

// The content of all kinds of pages.
export function read({ markdown, ...deck }, marp, told) {
  const made = apart(markdown, marp, { ...deck, moves: false, said: [], told });
  return { ...made, numbers: numbersOf(made.slides), lang: /<section[^>]*\slang="([^"]*)"/.exec(made.slides[0])?.[1] ?? "en" };
}

// The page numbers on the slides, if any; covers may have none.
function numbersOf(slides) {
  const shown = slides.map((slide) => /<section[^>]*\sdata-marpit-pagination="(\d+)"/.exec(slide)?.[1] ?? "");
  return shown.some(Boolean) ? shown : slides.map((_, index) => index + 1);
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const paragraphs = (comments) => comments.flatMap((text) => text.split(/\n[^\S\n]*\n/)).map((text) => text.trim()).filter(Boolean)
  .map((text) => `<p>${escaped(text)}</p>`).join("\n");

// The page of a kind: "handout" or "notes".
export function paper(deck, kind, name) {
  const { slides, numbers, comments, css, script, lang, size: [width, height] } = deck;
  const title = escaped(deck.title || name);
  const word = WORDS[lang.split("-")[0].toLowerCase()] ?? WORDS.en;
  const entries = slides.map((slide, index) => `<article aria-label="${`${word} ${numbers[index]}`.trim()}">
<div class="deck">${kind === "handout" ? withoutLinks(slide) : slide}</div>
<div class="notes"><p class="number">${numbers[index]}</p>
${paragraphs(comments[index] ?? []) || '<div class="lines"></div>'}</div>
</article>`);
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${css}</style>
<style>
@page { size: A4 portrait; margin: 15mm 12mm 15mm;
  @top-left { content: ${JSON.stringify(deck.title || name).replaceAll("<", "\\3c ")}; font: 8.5pt 'Noto Sans JP', sans-serif; color: #444; }
  @bottom-center { content: counter(page) " / " counter(pages); font: 8.5pt 'Noto Sans JP', sans-serif; color: #444; } }
:root, body { margin: 0; padding: 0; background: #fff; color: #222; }
body { --wide: 112mm; --high: calc(var(--wide) * ${height} / ${width}); font: 9.5pt/1.6 'Noto Sans JP', sans-serif; }
body > main > article { display: grid; grid-template-columns: var(--wide) minmax(0, 1fr); gap: 5mm; break-inside: avoid; }
article + article { margin-top: 4mm; }
.deck > svg[data-marpit-svg] { display: block !important; width: var(--wide) !important; height: var(--high) !important; border: .3mm solid #bbb; box-sizing: border-box; break-inside: avoid; }
.deck > svg > foreignObject > section { break-before: auto !important; break-inside: avoid !important; }
.notes > p { margin: 0 0 2mm; white-space: pre-line; overflow-wrap: anywhere; text-wrap-style: pretty; word-break: auto-phrase; }
.notes > .number { color: #555; font-weight: 700; }
.lines { height: calc(var(--high) - 8mm); background: repeating-linear-gradient(#0000 0 calc(8mm - .2mm), #ccc calc(8mm - .2mm) 8mm); }
body.handout .deck section { ${LIGHT} }
@media screen {
  body.notes { --wide: min(480px, 44vw); max-width: 1180px; margin: 24px auto; padding: 0 24px; font-size: 17px; line-height: 1.75; }
  body.notes > main > article { gap: 28px; }
  body.notes article + article { margin-top: 28px; padding-top: 28px; border-top: 1px solid #ccc; }
  body.notes .lines { display: none; }
}
</style></head>
<body class="${kind}"><main>${entries.join("\n")}</main>${script}</body></html>
`;
}
