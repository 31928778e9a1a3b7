// The texts of the page, in the language of the deck.
import { setAttributes } from "./make.js";

const WORDS = {
  en: {
    decks: "All decks", tools: "View", place: "Slide", slide: "slide", line: "line", of: "of",
    i: "Findings", s: "One slide or all slides", o: "Overview", p: "Presenter window", f: "Full screen", d: "Light or dark", "?": "Keys",
    proven: "all proven", right: "proven", unchecked: "unchecked", runs: "running", waits: "waiting", waiting: "waiting", lost: "connection lost, reconnecting", back: "reconnected",
    findings: "findings", finding: "finding", nothing: "No findings.", want: "on the slide", got: "actual output", accept: "accept", accepted: "accepting…", open: "open in the editor",
    broken: "This version of the deck cannot be read. You see the last one that could be.",
    edit: "edit and run", run: "run", stop: "stop", restore: "restore the proven output", live: "live", running: "running…",
    stopped: "stopped", editing: "Shift+Enter runs, Esc restores", notes: "Notes", none: "no notes", previous: "previous", next: "next", end: "end of the deck",
    reset: "reset", close: "close", cut: "does not fit", messages: {},
    keys: [["← → Space", "one slide, one step"], ["Home End", "first, last slide"], ["Enter", "this slide alone"], ["Esc", "all slides"],
      ["o", "overview"], ["f", "full screen"], ["p", "presenter window"], ["i", "findings"], ["e", "edit the code on this slide"], ["d", "light or dark"]],
  },
  ja: {
    decks: "一覧", tools: "表示", place: "スライド", slide: "スライド", line: "行", of: "/",
    i: "指摘", s: "1枚／全部", o: "一覧表示", p: "発表者ウィンドウ", f: "全画面", d: "明暗", "?": "キー",
    proven: "すべて検証済み", right: "件検証済み", unchecked: "件未検証", runs: "実行中", waits: "件待ち", waiting: "待機中", lost: "接続が切れました。再接続しています", back: "再接続しました",
    findings: "件の指摘", finding: "件の指摘", nothing: "指摘はありません。", want: "スライドの出力", got: "実際の出力", accept: "受け入れる", accepted: "反映中…", open: "エディタで開く",
    broken: "いまの原稿は読めません。読めた最後の版を表示しています。",
    edit: "編集して実行", run: "実行", stop: "停止", restore: "検証済みの出力に戻す", live: "ライブ", running: "実行中…",
    stopped: "停止しました", editing: "Shift+Enter で実行、Esc で元に戻す", notes: "ノート", none: "ノートなし", previous: "前", next: "次", end: "最後のスライドです",
    reset: "リセット", close: "閉じる", cut: "はみ出し",
    messages: {
      accepted: "受け入れました",
      "not accepted: the output has changed since": "受け入れていません。その間に出力が変わりました",
      "the renderer crashed and was restarted": "レンダラーが止まったので、起動し直しました",
      "a kernel died; running its cells again": "カーネルが落ちたので、セルを実行し直します",
    },
    keys: [["← → Space", "1枚ずつ、1段ずつ"], ["Home End", "最初、最後のスライド"], ["Enter", "このスライドだけ"], ["Esc", "すべてのスライド"],
      ["o", "一覧表示"], ["f", "全画面"], ["p", "発表者ウィンドウ"], ["i", "指摘"], ["e", "このスライドのコードを編集"], ["d", "明暗"]],
  },
};
let words = WORDS.en;

export const word = (key) => words[key];

// Translate a message of the server, which is in English.
export const translated = (text) => words.messages[text] ?? text;

// Switch to the language of a deck, also in existing elements; returns whether it changed.
export function setLanguage(lang) {
  const before = words;
  words = WORDS[lang.split("-")[0]] ?? WORDS.en;
  setAttributes(document.documentElement, { lang });
  for (const element of document.querySelectorAll("[data-word]")) setAttributes(element, { "aria-label": word(element.dataset.word) });
  for (const button of document.querySelectorAll("button[data-key]")) {
    const title = word(button.dataset.key);
    setAttributes(button, { title: `${title} (${button.dataset.key})`, "aria-label": title });
  }
  return words !== before;
}
