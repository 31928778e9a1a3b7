"""What several tests of whole builds look at."""

import base64
import re

from PIL import Image

REMOTE = re.compile(rb"""(?:src|href|xlink:href)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
"""What a browser would fetch; links that a reader may follow are taken out before."""
DECK = """\
---
marp: true
theme: lecture
title: 試験
paginate: true
execute: true
---

# 最初のスライド

```python
import matplotlib.pyplot as plt
print("こんにちは")  # こんにちは
```

---

## 図と数式 $y = x^2$

```python
#| label: line
#| fig-cap: 図1　直線
#| fig-alt: 右上がりの直線
plt.plot([0, 1])
plt.title("直線")
```
"""
MOVING = """\
---
execute: true
---

# 動く図

```python
#| label: rising
#| out-width: 400px
#| fig-alt: 折れ線
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(4, 2))
FuncAnimation(fig, lambda n: ax.plot([0, n + 1]), frames=4, interval=100)
```
"""


def with_poster(frames):
    """The deck that moves, with the frames of its poster."""
    return MOVING.replace("#| out-width: 400px", f"#| fig-poster: {frames}")


def flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry


def picture(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), colour).save(path)
    return base64.b64encode(path.read_bytes()).decode()


def colours_of(image):
    return {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}
