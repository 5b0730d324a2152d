"""The drawing of score and images on paper: the same numbers as on the page, in millimetres."""

from patients.charts.score_chart import ScoreChart
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
            self._circle(letter.x, letter.y, 8, filled=False)
            self._text(letter.x, letter.baseline, letter.letter, align="middle", bold=True)
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
        for chip in self.chart.chips:
            ink, dashed = INKS.get(chip.voice, GREY), chip.voice in DASHED
            self._line(chip.x, self.chart.top, chip.x, chip.top, ink, dashed=dashed)
            self.paper.pen(ink, dashed=dashed)
            self._box(chip.left, chip.top, self.chart.chip_width, self.chart.chip_height, "D")
            self._text(chip.x, chip.baseline, chip.mark, ink=ink, align="middle", bold=True)
            if chip.label:
                self._text(chip.label_x, chip.baseline, chip.label, ink=ink, align=chip.anchor)

    def _scores(self) -> None:
        for one in self.chart.ranges:
            self._line(one.x, one.y, one.x, one.y_high, UNKNOWN, dashed=True, width=0.7)
        points = self.chart.points
        self.paper.pen(BLACK, width=0.5)
        if len(points) > 1:
            self.paper.polyline([self._at(one.x, one.y_high) for one in points])
        for one in self.chart.dots:
            self._circle(one.x, one.y_high, 4 if one.label else 2.5, filled=True)
            if one.label:
                self._text(one.x, one.y_high - 8, one.label, align="middle", bold=True)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return MARGIN + x * self.scale, self.top + y * self.scale

    def _line(self, x1, y1, x2, y2, ink, *, dashed=False, width=0.2) -> None:
        self.paper.pen(ink, dashed=dashed, width=width)
        self.paper.line(*self._at(x1, y1), *self._at(x2, y2))
        self.paper.pen(BLACK)

    def _box(self, x, y, width, height, style: str) -> None:
        self.paper.rect(*self._at(x, y), width * self.scale, height * self.scale, style)

    def _circle(self, x, y, radius, *, filled: bool) -> None:
        self.paper.pen(BLACK)
        self.paper.set_fill_color(*(BLACK if filled else (255, 255, 255)))
        self.paper.circle(*self._at(x, y), radius * self.scale, style="DF")

    def _text(self, x, y, text, *, ink=GREY, align="start", bold=False) -> None:
        self.paper.set_font(FAMILY, "B" if bold else "", LETTERS * self.scale * POINTS_PER_MM)
        self.paper.set_text_color(*ink)
        text = self.paper.printable(text)
        left, base = self._at(x, y)
        shift = {"start": 0, "middle": 0.5, "end": 1}[align] * self.paper.get_string_width(text)
        self.paper.text(left - shift, base, text)
