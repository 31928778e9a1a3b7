// Makes a code element editable, with Marp's syntax highlighting.
import { CodeJar } from "./codejar.js";
import hljs from "./highlight.js";
import python from "./python.js";
import { word } from "./words.js";

const ATTRIBUTES = ["contenteditable", "style", "spellcheck", "role", "aria-multiline", "aria-label"];
hljs.registerLanguage("python", python);

const coloured = (code) => (code.innerHTML = hljs.highlight(code.textContent, { language: "python" }).value);

// Make code editable. keyed receives key events first; end() restores the element.
export function edited(code, keyed) {
  const before = code.innerHTML;
  const gone = new AbortController();
  const listen = (type, act) => code.addEventListener(type, act, { signal: gone.signal });
  listen("keydown", keyed);
  listen("keyup", (event) => event.preventDefault()); // the editor would highlight later, perhaps after end()
  const jar = CodeJar(code, coloured, { tab: "    ", indentOn: /[({[:]$/, addClosing: false });
  const changed = () => {
    const place = jar.save();
    coloured(code);
    jar.restore(place);
    jar.recordHistory();
  };
  listen("input", ({ isComposing }) => isComposing || changed());
  listen("compositionend", changed);
  Object.assign(code, { role: "textbox", ariaMultiLine: "true", ariaLabel: word("editing") });
  code.focus();
  return {
    text: () => jar.toString(),
    put: (text) => jar.updateCode(text, false),
    end() {
      gone.abort();
      jar.destroy();
      for (const name of ATTRIBUTES) code.removeAttribute(name);
      code.innerHTML = before;
    },
  };
}
