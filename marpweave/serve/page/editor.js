// Makes a code element editable, with Marp's syntax highlighting.
import { CodeJar } from "./codejar.js";
import hljs from "./highlight.js";
import python from "./python.js";
import { word } from "./words.js";

const ATTRIBUTES = ["contenteditable", "style", "spellcheck", "role", "aria-multiline", "aria-label"];
hljs.registerLanguage("python", python);

const highlight = (code) => (code.innerHTML = hljs.highlight(code.textContent, { language: "python" }).value);

// Make code editable. onKey receives key events first; end() restores the element.
export function makeEditable(code, onKey) {
  const original = code.innerHTML;
  const listeners = new AbortController();
  const listen = (type, act) => code.addEventListener(type, act, { signal: listeners.signal });
  listen("keydown", onKey);
  listen("keyup", (event) => event.preventDefault()); // the editor would highlight later, perhaps after end()
  const jar = CodeJar(code, highlight, { tab: "    ", indentOn: /[({[:]$/, addClosing: false });
  const rehighlight = () => {
    const place = jar.save();
    highlight(code);
    jar.restore(place);
    jar.recordHistory();
  };
  listen("input", ({ isComposing }) => isComposing || rehighlight());
  listen("compositionend", rehighlight);
  Object.assign(code, { role: "textbox", ariaMultiLine: "true", ariaLabel: word("editing") });
  code.focus();
  return {
    text: () => jar.toString(),
    put: (text) => jar.updateCode(text, false),
    end() {
      listeners.abort();
      jar.destroy();
      for (const name of ATTRIBUTES) code.removeAttribute(name);
      code.innerHTML = original;
    },
  };
}
