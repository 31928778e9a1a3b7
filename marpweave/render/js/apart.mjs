// Renders each slide of a deck into its own element; a built file has all of them in one.
import { work } from "./job.mjs";

const CONTAINER = "div#\\:\\$p";
const OWN = "div.deck";
const END = "</svg>"; // Marp's script follows the last slide's

// Without links to other files: in a PDF they would name a folder of this machine.
export const withoutLinks = (html) =>
  html.replace(/<a\s[^<>]*?\bhref="(?!#|[a-z][a-z\d+.-]*:)[^"]*"[^<>]*>([^]*?)<\/a>/gi, "$1");

export function apart(markdown, marp, job) {
  const { html, css, comments } = work.run(job, () => marp.render(markdown, { htmlAsArray: true }));
  const last = html.at(-1);
  return {
    slides: html.map((slide) => slide.slice(0, slide.lastIndexOf(END) + END.length)),
    script: last.slice(last.lastIndexOf(END) + END.length), css: css.replaceAll(CONTAINER, OWN), comments,
    size: /viewBox="0 0 (\d+) (\d+)"/.exec(html[0]).slice(1).map(Number),
    title: marp.lastGlobalDirectives?.marpCLITitle ?? "", broken: job.broken ?? {},
  };
}
