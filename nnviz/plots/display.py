"""Figures that can be drawn again elsewhere, like scikit-learn's displays."""

from __future__ import annotations

from typing import Any, Self

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from nnviz.arguments import Classes
from nnviz.plots.decision import draw_decision_regions
from nnviz.plots.learning import History, draw_losses


class _Display:
    """Stores the data of a figure; ``ax_`` and ``figure_`` are those of the last ``plot``."""

    ax_: Axes
    figure_: Figure

    def plot(self, *, ax: Axes | None = None, **options: Any) -> Self:  # noqa: ANN401
        """Draw into ``ax`` or a new figure; ``options`` are passed to the drawing function."""
        self.ax_ = self._draw(ax=ax, **options)
        figure = self.ax_.get_figure(root=True)
        assert figure is not None
        self.figure_ = figure
        return self

    def _draw(self, **options: Any) -> Axes:  # noqa: ANN401
        raise NotImplementedError


class DecisionRegionDisplay(_Display):
    """Decision regions of a classifier, and points with their classes (``draw_decision_regions``).

    >>> display = DecisionRegionDisplay.from_estimator(lambda at: at[:, 0] > 0, [[-1, 0], [1, 0]], [0, 1])
    >>> display.ax_.get_xlabel()
    '$x_1$'
    """

    def __init__(self, estimator: object, X: ArrayLike | None = None, y: Classes | None = None) -> None:
        self.estimator = estimator
        self.X = X
        self.y = y

    @classmethod
    def from_estimator(
        cls, estimator: object, X: ArrayLike | None = None, y: Classes | None = None, *, ax: Axes | None = None,
        **options: Any,  # noqa: ANN401
    ) -> Self:
        """Create and draw the display of a function, or of a model of nnviz, scikit-learn or PyTorch."""
        return cls(estimator, X, y).plot(ax=ax, **options)

    def _draw(self, **options: Any) -> Axes:  # noqa: ANN401
        return draw_decision_regions(self.estimator, self.X, self.y, **options)


class LearningCurveDisplay(_Display):
    """Loss or accuracy over the epochs (``draw_losses``).

    >>> LearningCurveDisplay.from_history([1.0, 0.5, 0.4]).plot(lang="en").ax_.get_ylabel()
    'loss'
    """

    def __init__(self, history: History) -> None:
        self.history = history

    @classmethod
    def from_history(
        cls, history: History, *, ax: Axes | None = None,
        **options: Any,  # noqa: ANN401
    ) -> Self:
        """Create and draw the display of the epochs that ``fit`` yielded, or of numbers."""
        return cls(history).plot(ax=ax, **options)

    def _draw(self, **options: Any) -> Axes:  # noqa: ANN401
        return draw_losses(self.history, **options)
