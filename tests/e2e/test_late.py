"""What is loaded late, or in part, gives what the whole would."""

import json
import os
import subprocess

import pytest

from marpweave.render.programs.tools import find_tools
from tests.e2e.separate import ROOT

pytestmark = pytest.mark.usefixtures("node")
HIGHLIGHTED = """
import {{ createRequire }} from "node:module";
import {{ readFileSync }} from "node:fs";
import {{ pythonFirst }} from {late};
const {{ Marp }} = createRequire({marp})("@marp-team/marp-core");
const marp = new Marp();
const asked = [];
const whole = (...given) => marp.highlighter(...given);
const ours = pythonFirst((...given) => asked.push(given[1]) && whole(...given));
const equal = JSON.parse(readFileSync(0, "utf8")).map(([code, language]) => ours(code, language, "") === whole(code, language, ""));
console.log(JSON.stringify([equal, asked, ours("def f(): ...", "python").includes("hljs-keyword")]));
"""
MISTAKES = ("", "def (", "'''never closed", ">>> print(1)\n1\n", "<b>&amp;</b>", "f'{f\"{1}\"}' @ 変数\n\tx = 0x_ff")


def test_python_alone_is_highlighted_as_beside_all_languages():
    tools = find_tools()
    files = [file.read_text("utf-8") for file in sorted((ROOT / "nnviz").rglob("*.py"))]
    codes = [*((code, "python") for code in (*files, *MISTAKES)), ("let x = 1", "js"), ("x = 1", "py"), ("x", ""), ("x", "no-such")]
    script = HIGHLIGHTED.format(late=json.dumps((ROOT / "marpweave/render/js/late.mjs").as_uri()), marp=json.dumps(str(tools.marp)))
    done = subprocess.run([tools.node, "--input-type=module", "-e", script], input=json.dumps(codes), capture_output=True, text=True, check=True,
                          env={**os.environ, **tools.environment})
    assert json.loads(done.stdout) == [[True] * len(codes), ["js", "py", "", "no-such"], True]
