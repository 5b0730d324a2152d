"""The charts of the trends page: every sign on the same axis of time."""

from collections.abc import Sequence
from dataclasses import dataclass

from aicare.locale_formats import moment_text, number_text
from patients.early_warning import LOW_MEDIUM, SEVERITY
from patients.trends.axes import WIDTH, TimeAxis, ValueAxis
from patients.trends.plans import PLANS, Plan
from patients.trends.reading import LEVELS, OXYGEN, Reading
from patients.trends.shades import Label, Shade, band_labels, shades
from patients.trends.thinning import Column, Span
from patients.trends.ticks import Tick, ticks
from patients.trends.traces import Trace, dots, ranges, stems, trace
from patients.trends.windows import Window
from patients.trends.words import Said, in_words, measured_text, oxygen_text, said

MOST_TICKS = 8
LANE = 18
# Pixels of a letter; of a hundredth of a drawing on a small screen and on a phone.
LETTER, HUNDREDTH, HUNDREDTH_OF_A_PHONE = 6.2, 4.4, 1.5
LETTERS = dict(zip(LEVELS, "ACVPU", strict=True))


@dataclass(frozen=True)
class Row:
    """One column in the table beside a chart; ``x`` is its place in the drawing, in percent."""

    x: float
    measured: str
    said: Said


@dataclass(frozen=True)
class Stay:
    """A stretch of the lane below saturation: air, or oxygen with what is known of it."""

    x: float
    width: float
    text: str
    on_oxygen: bool
    fits: bool
    fits_phone: bool


@dataclass(frozen=True)
class Newest:
    """The newest value in sight, and when it was measured."""

    said: Said
    measured: str


@dataclass(frozen=True)
class Chart:
    """What the template draws for one plan."""

    plan: Plan
    height: int
    newest: Newest | None
    shades: tuple[Shade, ...]
    rules: tuple[Label, ...]
    bands: tuple[Label, ...]
    main: Trace
    second: Trace | None
    stems: str
    ranges: str
    rings: str
    lane: tuple[Stay, ...]
    text: str
    rows: tuple[Row, ...]

    @property
    def has_points(self) -> bool:
        return any(row.said.points is not None for row in self.rows)

    @property
    def full_height(self) -> int:
        return self.height + (LANE if self.lane else 0)


@dataclass(frozen=True)
class Mark:
    """A mark of the time axis at ``x`` percent."""

    x: float
    tick: Tick


@dataclass(frozen=True)
class Charts:
    """All charts of a window with their common axis."""

    charts: tuple[Chart, ...]
    marks: tuple[Mark, ...]
    grid: str
    """the path of the marks through every drawing, in its own height"""


def draw_charts(reading: Reading, window: Window) -> Charts:
    """Return the drawings of what was read; a sign that is rarely measured only if it was."""
    time = TimeAxis(window.start, window.end)
    measured = {id(column): measured_text(column) for column in reading.columns}
    marks = tuple(
        Mark(round(time.x(tick.moment) / WIDTH * 100, 2), tick)
        for tick in ticks(window.start, window.end, most=MOST_TICKS)
    )
    return Charts(
        charts=tuple(
            _draw(plan, reading, time, measured)
            for plan in PLANS
            if plan.is_usual or reading.has(plan.main)
        ),
        marks=marks,
        grid="".join(f"M{time.x(mark.tick.moment):g} 0V{WIDTH}" for mark in marks),
    )


def _draw(plan: Plan, reading: Reading, time: TimeAxis, measured: dict) -> Chart:
    columns = [one for one in reading.columns if any(name in one.spans for name in plan.names)]
    # A set to which the score does not apply has none, and ends its bands.
    shaded = reading.columns if plan.key == "score" else columns
    values = _value_axis(plan, columns)
    main = trace(columns, plan.main, time, values, plan.joined_within)
    second = trace(columns, plan.second, time, values, plan.joined_within) if plan.second else None
    is_pulse = plan.key == "pulse"
    return Chart(
        plan=plan,
        height=plan.height,
        newest=_newest(plan, reading),
        shades=tuple(shades(shaded, plan.main, time, values)),
        rules=tuple(_rules(plan, values)),
        bands=tuple(band_labels(reading.recent, plan.main, values, plan.places)),
        main=main,
        second=None if is_pulse else second,
        stems=stems(columns, plan.second, plan.main, time, values) if second else "",
        ranges=ranges(columns, "partial", time, values) if plan.key == "score" else "",
        rings=_rings(plan, columns, time, values),
        lane=tuple(_lane(reading.columns, time, plan)) if plan.key == "saturation" else (),
        text=in_words(plan, columns),
        rows=tuple(
            Row(round(time.x(one.middle) / WIDTH * 100, 2), measured[id(one)], said(plan, one))
            for one in reversed(columns)
        ),
    )


def _value_axis(plan: Plan, columns: Sequence[Column]) -> ValueAxis:
    if plan.key == "consciousness":
        return ValueAxis(-0.5, len(LEVELS) - 0.5, plan.height, is_upside_down=True)
    # A range that reaches up to 20 must not press all else to the ground: it ends at the top.
    names = ("score", "at_least") if plan.key == "score" else plan.names
    spans = [one.spans[name] for one in columns for name in names if name in one.spans]
    ends = [end for span in spans for end in (span.low, span.high)]
    return ValueAxis.holding(ends, plan.shown, plan.height)


def _rules(plan: Plan, values: ValueAxis):
    if plan.key == "consciousness":
        for level, code in enumerate(LEVELS):
            yield Label(values.y(level), LETTERS[code])
        return
    for value in values.rules():
        yield Label(values.y(value), number_text(value, 0 if value == int(value) else 1))


def _rings(plan: Plan, columns, time: TimeAxis, values: ValueAxis) -> str:
    """Return rings: the second reading of the pulse, and low scores with 3 points in one sign."""
    if plan.key == "pulse":
        return dots(columns, plan.second, time, values)
    if plan.key != "score":
        return ""
    level = SEVERITY.index(LOW_MEDIUM)
    red = [one for one in columns if one.spans.get("risk") == Span(level, level)]
    return dots(red, "score", time, values)


def _newest(plan: Plan, reading: Reading) -> Newest | None:
    """Return the newest value; from a set by itself, if it is among the newest sets.

    No score is the newest one where none applies to the newest set.
    """
    if plan.key == "score" and reading.recent and not reading.recent[-1].applies:
        return None
    for column in (*reversed(reading.recent), *reversed(reading.columns)):
        found = said(plan, column)
        if found:
            return Newest(found, moment_text(column.last_at))
    return None


def _lane(columns: Sequence[Column], time: TimeAxis, plan: Plan):
    """Yield what was breathed from set to set, until the next set says otherwise or none came."""
    known = [one for one in columns if OXYGEN in one.spans]
    run: list[Column] = []
    for column, following in zip(known, [*known, None][1:], strict=True):
        run.append(column)
        is_gap = following is None or following.first_at - column.last_at > plan.joined_within
        if is_gap or oxygen_text(following) != oxygen_text(column):
            x = time.x(run[0].first_at)
            end = time.x(column.last_at if is_gap else following.first_at)
            yield _stay(x, max(end, x + 4), run[0])
            run = []


def _stay(x: float, end: float, column: Column) -> Stay:
    width = round((end - x) / WIDTH * 100, 2)
    text = oxygen_text(column)
    needed = (len(text) + 1) * LETTER
    return Stay(
        x=round(x / WIDTH * 100, 2),
        width=width,
        text=text,
        on_oxygen=bool(column.spans[OXYGEN].high),
        fits=width * HUNDREDTH >= needed,
        fits_phone=width * HUNDREDTH_OF_A_PHONE >= needed,
    )
