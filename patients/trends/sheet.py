"""A day of sets as the paper observation chart: a column per set, a row per band of a sign.

Rows and order are those of the NEWS2 observation chart, Royal College of Physicians 2017 (chart 3);
the bands come from the tables of the score, and the finer rows inside a band show whether a value
rises or falls within it. A value stands in the row that holds it, with the points of that row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import number_text
from patients.early_warning import (
    CONSCIOUSNESS,
    OXYGEN,
    PULSE,
    RESPIRATION,
    SATURATION_SCALE_1,
    SATURATION_SCALE_2_ON_AIR,
    SYSTOLIC,
    TEMPERATURE,
    Bands,
    breathes_oxygen,
)
from patients.models import ObservationPolicy, VitalSigns
from patients.trends.bands import SATURATION, Band, bands, bands_of_table
from patients.trends.sheet_below import other_rows, score_rows
from patients.trends.sheet_parts import EMPTY, Cell, Group, Row, plain_row
from patients.vital_signs_table import BY_FIELD
from patients.vital_signs_table import CONSCIOUSNESS as CONSCIOUSNESS_WORDS

COLUMNS = 24
ROWS = 56
LETTERS = "ACVPU"


@dataclass(frozen=True)
class Sheet:
    """What fits on one page: ``sets`` are its columns, ``blank`` how many are left to write in."""

    number: int
    sets: tuple[VitalSigns, ...]
    groups: tuple[Group, ...]

    @property
    def blank(self) -> range:
        return range(COLUMNS - len(self.sets))

    @property
    def is_dense(self) -> bool:
        """Whether the lines must be lower to fit on the page."""
        return sum(len(group.rows) for group in self.groups) > ROWS


@dataclass(frozen=True)
class SignRows:
    """How one scored sign is laid out; ``splits`` are upper bounds of rows inside its bands."""

    letter: str
    label: Promise
    field: str
    table: Bands
    splits: tuple = ()


RESPIRATION_ROWS = SignRows(
    "A+B", gettext_lazy("Respiration"), "respiratory_rate_per_min", RESPIRATION, (14, 17)
)
SATURATION_ROWS = SignRows("A+B", gettext_lazy("SpO₂ scale 1"), SATURATION, SATURATION_SCALE_1)
PRESSURE_ROWS = SignRows(
    "C", gettext_lazy("Blood pressure"), "systolic_mmhg", SYSTOLIC, (120, 140, 160, 180, 200)
)
PULSE_ROWS = SignRows(
    "C", gettext_lazy("Pulse"), "heart_rate_per_min", PULSE, (60, 70, 80, 100, 120)
)
TEMPERATURE_ROWS = SignRows(
    "E", gettext_lazy("Temperature"), "temperature_celsius", TEMPERATURE, (Decimal("37.0"),)
)


def sheets(
    sets: Sequence[VitalSigns],
    *,
    policy: ObservationPolicy,
    first_number: int = 1,
    is_scored: bool = True,
) -> list[Sheet]:
    """Return the sets (oldest first, with ``recorded_by``) as pages; without any, one blank one.

    Where nothing is scored no band is shaded: a child's values are not judged by an adult's bands.
    """
    starts = range(0, len(sets), COLUMNS) or (0,)
    shown = tuple if is_scored else _without_points
    return [
        Sheet(number, few := tuple(sets[start : start + COLUMNS]), shown(_groups(few, policy)))
        for number, start in enumerate(starts, first_number)
    ]


def _without_points(groups) -> tuple[Group, ...]:
    return tuple(
        replace(group, rows=tuple(replace(row, points=None) for row in group.rows))
        for group in groups
    )


def _groups(sets, policy) -> Iterator[Group]:
    yield _sign(RESPIRATION_ROWS, sets)
    scales = {one.saturation_scale for one in sets} or {1}
    if 1 in scales:
        yield _sign(SATURATION_ROWS, [one if one.saturation_scale == 1 else None for one in sets])
    if 2 in scales:
        yield _saturation_scale_2([one if one.saturation_scale == 2 else None for one in sets])
    yield Group(_("Air or oxygen"), tuple(_breathing(sets)))
    pressure = _sign(PRESSURE_ROWS, sets)
    diastolic = plain_row(_("diastolic"), sets, "diastolic_mmhg")
    yield Group(pressure.label, (*pressure.rows, diastolic), pressure.letter, pressure.unit)
    yield _pulse(sets)
    yield _consciousness(sets)
    yield _sign(TEMPERATURE_ROWS, sets)
    yield Group("NEWS2", tuple(score_rows(sets, policy)))
    yield Group(_("Also"), tuple(other_rows(sets)))


def _sign(sign: SignRows, sets) -> Group:
    places = BY_FIELD[sign.field].places
    return Group(
        str(sign.label),
        tuple(
            _band_row(sets, sign.field, band, band.text(places))
            for band in reversed(bands_of_table(sign.table, sign.splits))
        ),
        sign.letter,
        BY_FIELD[sign.field].unit_display,
    )


def _band_row(sets, field: str, band: Band, text: str, *, of=lambda one: True) -> Row:
    """Return the row of a band; ``of`` picks the sets to which it applies."""
    places = BY_FIELD[field].places

    def cell(one):
        value = getattr(one, field) if one else None
        if value is None or not band.holds(value) or not of(one):
            return EMPTY
        return Cell(number_text(value, places), _scored(one, band.points))

    return Row(text, tuple(map(cell, sets)), band.points)


def _scored(one: VitalSigns, points: int | None) -> int | None:
    """Return the points, unless the score says nothing about this person."""
    return None if one.risk == VitalSigns.Risk.NOT_APPLICABLE else points


def _saturation_scale_2(sets) -> Group:
    """Return the rows of scale 2: from where it depends on oxygen, a row for either."""
    certain = [band for band in bands(SATURATION, scale=2) if band.points is not None]
    with_oxygen = bands(SATURATION, scale=2, on_oxygen=True)[len(certain) :]
    on_air = Band(with_oxygen[0].low, None, SATURATION_SCALE_2_ON_AIR.scores[-1])
    not_known = Band(on_air.low, None, None)
    rows = [
        _band_row(sets, SATURATION, band, _("%(band)s on O₂") % {"band": band.text()},
                  of=lambda one: _breathes(one) is True)
        for band in reversed(with_oxygen)
    ]  # fmt: skip
    rows.append(
        _band_row(sets, SATURATION, on_air, _("%(band)s on air") % {"band": on_air.text()},
                  of=lambda one: _breathes(one) is False)
    )  # fmt: skip
    unknown = _band_row(
        sets, SATURATION, not_known, _("%(band)s, O₂ not stated") % {"band": on_air.text()},
        of=lambda one: _breathes(one) is None,
    )  # fmt: skip
    if any(cell.text for cell in unknown.cells):
        rows.append(unknown)
    rows.extend(_band_row(sets, SATURATION, band, band.text()) for band in reversed(certain))
    return Group(_("SpO₂ scale 2"), tuple(rows), "A+B", "%")


def _breathes(one: VitalSigns) -> bool | None:
    return breathes_oxygen(one.measurements)


def _breathing(sets) -> Iterator[Row]:
    for on_oxygen, text in ((False, _("air")), (True, _("O₂, L/min or %"))):
        points = OXYGEN[on_oxygen]
        yield Row(
            text,
            tuple(
                Cell(_oxygen_text(one) if on_oxygen else _("air"), _scored(one, points))
                if _breathes(one) is on_oxygen
                else EMPTY
                for one in sets
            ),
            points,
        )


def _oxygen_text(one: VitalSigns) -> str:
    """Return flow or share as short as a cell is."""
    if one.oxygen_flow_l_per_min is not None:
        flow = one.oxygen_flow_l_per_min
        return f"{number_text(flow, 1 if flow % 1 else 0)} L"
    return f"{number_text(one.fio2_percent, 0)} %" if one.fio2_percent is not None else "O₂"


def _pulse(sets) -> Group:
    pulse = _sign(PULSE_ROWS, sets)
    if all(one.heart_rate_second_per_min is None for one in sets):
        return pulse
    field = "heart_rate_second_per_min"
    second = tuple(
        Cell(number_text(value, 0), _scored(one, PULSE.points(value)))
        if (value := getattr(one, field)) is not None
        else EMPTY
        for one in sets
    )
    rows = (*pulse.rows, Row(_("second reading"), second))
    return Group(pulse.label, rows, pulse.letter, pulse.unit)


def _consciousness(sets) -> Group:
    return Group(
        _("Consciousness"),
        tuple(
            Row(
                str(words),
                tuple(
                    Cell(letter, _scored(one, CONSCIOUSNESS[code]))
                    if one.consciousness == code
                    else EMPTY
                    for one in sets
                ),
                CONSCIOUSNESS[code],
            )
            for letter, (code, words) in zip(LETTERS, CONSCIOUSNESS_WORDS, strict=True)
        ),
        "D",
    )
