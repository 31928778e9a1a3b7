"""Inlines CSS into HTML elements, for pages that do not accept style sheets from outputs. Pure."""

from __future__ import annotations

import re

from marpweave.inputs.digests import digest
from marpweave.weave.passive import passive_block

SHEET = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
OPENING = re.compile(r"""<(\w+)(\s[^<>]*?\bid="([\w-]+)"[^<>]*)>""")
OWN_STYLE = re.compile(r'\bstyle="([^"]*)"')
STYLED = re.compile(r'<(\w+)([^<>]*?\sstyle="([^"]*)"[^<>]*)>')


def styled_block(html: str) -> str:
    """HTML as a Markdown block; style sheets become classes on the slide, because Marp drops ``style``."""
    own = with_own_style(html)
    block = passive_block(own)
    return block if own == html else _in_classes(block)


def _in_classes(block: str) -> str:
    rules: dict[str, str] = {}

    def to_class(tag: re.Match[str]) -> str:
        name = f"s-{digest(tag[3])[:8]}"
        rules[name] = tag[3]
        attributes = tag[2].replace(' class="', f' class="{name} ', 1)
        return f"<{tag[1]}{attributes}>" if attributes != tag[2] else f'<{tag[1]} class="{name}"{attributes}>'

    text = STYLED.sub(to_class, block)
    sheet = "".join(f".{name} {{ {style} }}\n" for name, style in rules.items())
    return f"<style scoped>\n{sheet}</style>\n\n{text}" if rules else text


def with_own_style(html: str) -> str:
    """HTML with CSS rules for single ids (as written by pandas) moved to ``style`` attributes."""
    styles: dict[str, str] = {}
    for sheet in SHEET.findall(html):
        for selectors, declarations in RULE.findall(sheet):
            for selector in selectors.split(","):
                if re.fullmatch(r"#[\w-]+", name := selector.strip()):
                    styles[name[1:]] = f"{styles.get(name[1:], '')}{' '.join(declarations.split())} "
    return OPENING.sub(lambda tag: _styled(tag, styles.get(tag[3], "")), html) if styles else html


def _styled(tag: re.Match[str], style: str) -> str:
    if not style or '"' in style or OWN_STYLE.search(tag[2]):
        return tag[0]
    return f'<{tag[1]}{tag[2]} style="{style.strip()}">'
