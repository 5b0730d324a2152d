"""Small figures as inline SVG: axes, lines, bars, dots; nothing is loaded, nothing runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import escape

LEFT, RIGHT, TOP, BOTTOM = 44, 12, 10, 38
STYLES = 6
"""Line styles in the style sheet, .s0 to .s5: each has a colour, a lightness and a dash."""


@dataclass
class Plot:
    """A figure with two axes; coordinates of what is drawn are those of the data."""

    describes: str
    """the figure in one sentence, for who cannot see it"""
    across: str
    up: str
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)
    x_ticks: Sequence[float] = (0, 0.2, 0.4, 0.6, 0.8, 1)
    y_ticks: Sequence[float] = (0, 0.2, 0.4, 0.6, 0.8, 1)
    width: int = 360
    height: int = 300
    parts: list[str] = field(default_factory=list)

    def line(self, points: Sequence[Sequence[float]], style: int | str, *, step: bool = False):
        """Draw through ``points``; with ``step`` horizontally first, as a ROC curve goes."""
        places = [self.place(x, y) for x, y in points]
        if not places:
            return
        path = f"M{places[0][0]:.1f} {places[0][1]:.1f}"
        for x, y in places[1:]:
            path += f"V{y:.1f}H{x:.1f}" if step else f"L{x:.1f} {y:.1f}"
        self.parts.append(f'<path class="line {css(style)}" d="{path}"/>')

    def area(self, points: Sequence[Sequence[float]], style: int | str):
        """Fill between ``points`` and the bottom."""
        inner = "".join("L{:.1f} {:.1f}".format(*self.place(x, y)) for x, y in points)
        first, last = (self.place(points[i][0], self.y[0]) for i in (0, -1))
        path = "M{:.1f} {:.1f}".format(*first) + inner + "L{:.1f} {:.1f}Z".format(*last)
        self.parts.append(f'<path class="area {css(style)}" d="{path}"/>')

    def bar(self, low: float, high: float, value: float, style: int | str):
        """Draw a bar from ``low`` to ``high`` across, from 0 to ``value`` up or down."""
        left, top = self.place(low, max(value, 0.0))
        right, bottom = self.place(high, min(value, 0.0))
        self.parts.append(
            f'<rect class="bar {css(style)}" x="{left + 0.5:.1f}" y="{top:.1f}" '
            f'width="{max(right - left - 1, 0.5):.1f}" height="{max(bottom - top, 0):.1f}"/>'
        )

    def dot(self, x: float, y: float, style: int | str, *, low=None, high=None, size=3.0):
        """Draw a point, with its interval if it has one."""
        across, up = self.place(x, y)
        if low is not None:
            bottom, top = self.place(x, low)[1], self.place(x, high)[1]
            self.parts.append(
                f'<path class="whisker {css(style)}" d="M{across:.1f} {bottom:.1f}V{top:.1f}"/>'
            )
        self.parts.append(
            f'<circle class="dot {css(style)}" cx="{across:.1f}" cy="{up:.1f}" r="{size:.1f}"/>'
        )

    def upright(self, x: float, text: str = "", *, row: int = 0):
        """Draw a dashed line at ``x`` over the whole height, with its word beside it."""
        across, top = self.place(x, self.y[1])
        bottom = self.place(x, self.y[0])[1]
        self.parts.append(f'<path class="upright" d="M{across:.1f} {bottom:.1f}V{top:.1f}"/>')
        if text:
            is_right = across > LEFT + 0.62 * (self.width - LEFT - RIGHT)
            anchor, gap = ("end", -4) if is_right else ("start", 4)
            self.parts.append(
                f'<text class="note" x="{across + gap:.1f}" y="{top + 10 + 13 * row:.1f}" '
                f'text-anchor="{anchor}">{escape(text)}</text>'
            )

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where (x, y) of the data lies in the picture."""
        (left, right), (bottom, top) = self.x, self.y
        inner_width, inner_height = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        along = (min(max(x, left), right) - left) / ((right - left) or 1)
        above = (min(max(y, bottom), top) - bottom) / ((top - bottom) or 1)
        return LEFT + along * inner_width, TOP + (1 - above) * inner_height

    def svg(self) -> str:
        """Return the figure; every text in it has been escaped."""
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.describes)}">{self._axes()}{"".join(self.parts)}</svg>'
        )

    def _axes(self) -> str:
        left, bottom = self.place(self.x[0], self.y[0])
        right, top = self.place(self.x[1], self.y[1])
        parts = []
        for tick in self.y_ticks:
            _, at = self.place(self.x[0], tick)
            parts.append(f'<path class="grid" d="M{left:.1f} {at:.1f}H{right:.1f}"/>')
            parts.append(
                f'<text class="tick" x="{left - 6:.1f}" y="{at + 3.5:.1f}" text-anchor="end">'
                f"{number(abs(tick))}</text>"
            )
        for tick in self.x_ticks:
            at, _ = self.place(tick, self.y[0])
            parts.append(
                f'<text class="tick" x="{at:.1f}" y="{bottom + 14:.1f}" text-anchor="middle">'
                f"{number(tick)}</text>"
            )
        middle = (left + right) / 2
        parts.append(f'<path class="axis" d="M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}"/>')
        parts.append(
            f'<text class="name" x="{middle:.1f}" y="{self.height - 6}" text-anchor="middle">'
            f"{escape(self.across)}</text>"
        )
        parts.append(
            f'<text class="name" transform="translate(11 {(top + bottom) / 2:.1f}) rotate(-90)" '
            f'text-anchor="middle">{escape(self.up)}</text>'
        )
        return "".join(parts)


def sample(style: int | str, *, filled: bool = False) -> str:
    """Return what a legend shows of a line or of a filled shape."""
    shape = (
        f'<rect class="bar {css(style)}" x="1" y="3" width="24" height="8"/>'
        if filled
        else f'<path class="line {css(style)}" d="M1 7H25"/>'
    )
    return f'<svg class="sample" viewBox="0 0 26 14" aria-hidden="true">{shape}</svg>'


def css(style: int | str) -> str:
    return f"s{style % STYLES}" if isinstance(style, int) else style


def number(value: float) -> str:
    return f"{value:g}"


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about ``count`` round numbers from ``low`` to ``high``."""
    span = (high - low) or 1.0
    power = 10.0 ** math.floor(math.log10(span / count))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= 0.999 * span / count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]
