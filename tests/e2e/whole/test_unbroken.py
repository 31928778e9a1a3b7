"""Lines of Japanese end where a typesetter would end them."""

import pytest

from tests.e2e.separate import deck

pytestmark = pytest.mark.usefixtures("browser")
MARKDOWN = """\
---
theme: lecture
lang: ja
---

学習率（$\\eta = 0.1$）、重み減衰（$\\lambda = 0.1$）、勾配「$g$」。 30 エポックで 97 % になり、115 回の更新で止まります。
"""
BROKEN = """paragraph => {
  const text = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT), range = document.createRange(), found = new Set();
  const rows = [];   // each character, and each formula, with the middle of its line
  const formulas = [...paragraph.querySelectorAll("mjx-container")];
  while (text.nextNode()) {
    if (text.currentNode.parentElement.closest("mjx-container")) continue;
    [...text.currentNode.data].forEach((sign, at) => {
      range.setStart(text.currentNode, at), range.setEnd(text.currentNode, at + 1);
      const box = range.getClientRects()[0];
      if (box && sign.trim() && sign !== "\\u2060") rows.push([sign, box.left, box.top + box.height / 2, range.cloneRange()]);
    });
  }
  for (const each of formulas) {
    const box = each.getBoundingClientRect();
    rows.push(["$", box.left, box.top + box.height / 2, each]);
  }
  const line = 30;
  rows.sort((a, b) => (Math.abs(a[2] - b[2]) > line ? a[2] - b[2] : a[1] - b[1]));
  rows.slice(1).forEach((row, at) => Math.abs(row[2] - rows[at][2]) > line && found.add(rows[at][0] + row[0]));
  return [...found];
}"""


@pytest.mark.parametrize("step", [40, pytest.param(10, marks=pytest.mark.attack)])
def test_no_line_ends_between_a_bracket_and_its_formula_or_a_number_and_its_unit(step, renderer, chromium):
    rendering = renderer.render(deck("deck", MARKDOWN), ("html",)).result()
    with chromium.new_page() as page:
        page.goto(rendering.files["html"][0].as_uri())
        paragraph = page.locator("section > p")
        ends = set()
        for width in range(200, 1150, step):
            paragraph.evaluate("(paragraph, width) => { paragraph.style.width = `${width}px`; }", width)
            ends |= set(paragraph.evaluate(BROKEN))
    assert len(ends) > 5
    assert {each for each in ends if each[0] in "（「" or each[1] in "）」、。" or (each[0].isdigit() and each[1] in "エ%回")} == set()
