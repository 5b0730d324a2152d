"""The drawing of score and images on paper: the same numbers as on the page, in millimetres."""

from patients.charts.score_shapes import ScoreChart
from patients.pdf.paper import (
    BLACK,
    DASHED,
    FAMILY,
    GREY,
    INKS,
    MARGIN,
    UNKNOWN,
    WIDTH,
    Paper,
)

POINTS_PER_MM = 72 / 25.4
LETTERS = 11
WHITE = (255, 255, 255)
SOFT = {"high": (251, 233, 231), "medium": (253, 240, 223), "low": (240, 246, 242)}


class ChartOnPaper:
    """Draws one chart at the place where the paper stands."""

    def __init__(self, paper: Paper, chart: ScoreChart):
        self.paper, self.chart = paper, chart
        self.scale = WIDTH / chart.width
        self.height = chart.height * self.scale

    def draw(self) -> None:
        self.paper.make_room(self.height)
        self.top = self.paper.get_y()
        self._bands()
        self._images()
        self._scores()
        for letter in self.chart.letters:
            self._frame(letter.left, letter.top, letter.width, letter.height)
            self._text(
                letter.x, letter.baseline, letter.letter, ink=BLACK, align="middle", bold=True
            )
        self.paper.set_xy(MARGIN, self.top + self.height + 1)

    def _bands(self) -> None:
        for band in self.chart.bands:
            self.paper.set_fill_color(*SOFT[band.risk])
            self._box(self.chart.left, band.y, self.chart.plot_width, band.height, "F")
            self._text(4, band.y + 13, band.label)
        self._line(self.chart.left, self.chart.bottom, self.chart.right, self.chart.bottom, GREY)
        for x, text in self.chart.ticks:
            self._line(x, self.chart.axis_y, x, self.chart.axis_y + 5, GREY)
            self._text(x, self.chart.axis_y + 18, text, align="middle")

    def _images(self) -> None:
        """Draw all lines, then the marks with their words: no line goes through a word."""
        for chip in self.chart.chips:
            ink, dashed = INKS.get(chip.voice, GREY), chip.voice in DASHED
            self._line(chip.x, self.chart.top, chip.x, chip.top, ink, dashed=dashed)
        for chip in self.chart.chips:
            ink, dashed = INKS.get(chip.voice, GREY), chip.voice in DASHED
            self.paper.set_fill_color(*WHITE)
            self.paper.pen(ink, dashed=dashed)
            self._box(chip.left, chip.top, self.chart.chip_width, self.chart.chip_height, "DF")
            self._text(chip.x, chip.baseline, chip.mark, ink=ink, align="middle", bold=True)
            if chip.label:
                self._text(
                    chip.label_x, chip.baseline, chip.label, ink=ink, align=chip.anchor, ground=True
                )
        self.paper.pen(BLACK)

    def _scores(self) -> None:
        for one in self.chart.ranges:
            self._line(one.x, one.y, one.x, one.y_high, UNKNOWN, dashed=True, width=0.7)
            if one.label:
                self._text(one.label_x, one.y_high - 5, one.label, align="middle", bold=True)
        self.paper.pen(BLACK, width=0.5)
        for run in self.chart.runs:
            if len(run) > 1:
                self.paper.polyline([self._at(one.x, one.y_high) for one in run])
        for one in self.chart.points:
            if one.y != one.y_high:
                self._line(one.x, one.y, one.x, one.y_high, GREY, width=0.5)
        for one in self.chart.dots:
            self._dot(one.x, one.y_high, 4 if one.label else 2.5)
            if one.label:
                self._text(one.label_x, one.y_high - 8, one.label, align="middle", bold=True)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return MARGIN + x * self.scale, self.top + y * self.scale

    def _line(self, x1, y1, x2, y2, ink, *, dashed=False, width=0.2) -> None:
        self.paper.pen(ink, dashed=dashed, width=width)
        self.paper.line(*self._at(x1, y1), *self._at(x2, y2))
        self.paper.pen(BLACK)

    def _box(self, x, y, width, height, style: str) -> None:
        self.paper.rect(*self._at(x, y), width * self.scale, height * self.scale, style)

    def _dot(self, x, y, radius) -> None:
        self.paper.pen(BLACK)
        self.paper.set_fill_color(*BLACK)
        self.paper.circle(*self._at(x, y), radius * self.scale, style="DF")

    def _frame(self, x, y, width, height) -> None:
        self.paper.pen(BLACK)
        self.paper.set_fill_color(*WHITE)
        self.paper.rect(
            *self._at(x, y), width * self.scale, height * self.scale, "DF",
            round_corners=True, corner_radius=height * self.scale / 2,
        )  # fmt: skip

    def _text(self, x, y, text, *, ink=GREY, align="start", bold=False, ground=False) -> None:
        self.paper.set_font(FAMILY, "B" if bold else "", LETTERS * self.scale * POINTS_PER_MM)
        self.paper.set_text_color(*ink)
        text = self.paper.printable(text)
        left, base = self._at(x, y)
        length = self.paper.get_string_width(text)
        left -= {"start": 0, "middle": 0.5, "end": 1}[align] * length
        if ground:
            height = LETTERS * self.scale
            self.paper.set_fill_color(*WHITE)
            self.paper.rect(left - 0.3, base - height * 0.9, length + 0.6, height * 1.2, "F")
        self.paper.text(left, base, text)
