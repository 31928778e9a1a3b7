"""The language of the text in figures: Japanese or English.

``language.set_lang("en")`` applies to all later figures, ``with style.context(lang="en"):`` to those in the block, and
``lang="en"`` to a single call. Text passed by the caller is not translated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

LANGUAGES = ("ja", "en")
ENGLISH: Mapping[str, str] = MappingProxyType({
    "0 か 1": "0 or 1",
    "りんご": "apple", "バナナ": "banana", "ぶどう": "grape",
    "ステップ関数": "step", "シグモイド関数": "sigmoid", "恒等関数": "identity", "ソフトマックス関数": "softmax",
    "対数ソフトマックス関数": "log softmax",
    "エポック": "epoch", "エポック {}": "epoch {}", "更新 {}": "update {}", "更新の回数": "updates", "データ": "data",
    "{} 回目": "step {}", "{} 件": "{} samples", "→ 正解率 {}": "→ accuracy {}", "{} 個": "{} units",
    "{} 回目の修正": "correction {}", "{} 回目：": "step {}: ",
    "{} 倍 ": "× {} ",
    "損失": "loss", "正解率": "accuracy", "訓練": "training", "検証": "validation", "過学習": "over-fitting",
    " 早期終了 ": " early stopping ", "誤差 {}": "error {}",
    "順伝播の回数": "forward passes", "パラメータの数": "parameters", "数値微分": "numerical differentiation",
    "誤差逆伝播法": "backpropagation", "第{}層": "layer {}", "値": "value", "個数": "count",
    "正規化の前": "before", "正規化の後": "after", "平均 {:z.2f}": "mean {:z.2f}", "標準偏差 {:.2f}": "std {:.2f}",
    "見られる位置": "key", "見る位置": "query",
    "入力": "input", "出力": "output", "フィルタ": "filter", "最大値": "max", "平均": "mean",
    "畳み込み": "convolution", "プーリング": "pooling", "全結合": "dense",
    "層の番号（1 が入力側）": "layer (1 is next to the inputs)", "勾配の大きさ": "size of the gradient",
    "入力層": "input", "隠れ層": "hidden", "隠れ層 {}": "hidden {}", "出力層": "output",
    r"モデル $f(x;\,\theta)$": r"model $f(x;\,\theta)$", r"パラメータ $\theta$": r"parameters $\theta$",
    "重み付き和": "weighted sum", "活性化": "activation", "生成モデル": "generative", "識別モデル": "discriminative",
    "確率": "probability", "合計 {:.3f}": "sum {:.3f}", "画像": "image", "ネットワーク": "network",
    "スコア": "score", "予測は最大のもの": "predict the max", "予測": "predicted", "正解": "true",
    "推論時：すべて使う": "evaluation: all are used", "学習時：毎回いくつかを消す": "training: some are dropped",
    "活性化関数": "activation", "層": "layer",
})
"""Text in figures -> English."""
_lang = "ja"


def set_lang(lang: str) -> None:
    """Set the language of all later figures, "ja" or "en"; otherwise raises ValueError.

    >>> set_lang("en"), say("入力"), set_lang("ja")
    (None, 'input', None)
    """
    global _lang  # noqa: PLW0603  a setting, as matplotlib's are
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be {' or '.join(map(repr, LANGUAGES))}, not {lang!r}")
    _lang = lang


def get_lang() -> str:
    """The current language of figures."""
    return _lang


@contextmanager
def spoken(lang: str | None) -> Iterator[None]:
    """Use ``lang`` in figures inside the block; None: no change."""
    before = _lang
    set_lang(before if lang is None else lang)
    try:
        yield
    finally:
        set_lang(before)


def say(words: str) -> str:
    """Translate a key of ``ENGLISH`` to the current language."""
    return words if _lang == "ja" else ENGLISH.get(words, words)
