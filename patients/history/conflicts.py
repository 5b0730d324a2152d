"""Two people changed one row: what each of them sees of the other, field by field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models

from patients.history.differences import ThreeWay, are_same, changes_between, to_the_minute
from patients.history.field_words import names_of_related, value_words, words_of
from patients.history.versions import Version

NOW, MINE = "now", "mine"


@dataclass(frozen=True)
class Line:
    """A field that differs, in words and as its input writes it.

    ``chosen`` is "now" or "mine" where only one side changed it, "" where both did.
    """

    name: str
    label: str
    opened: str
    now: str
    mine: str
    now_typed: str
    mine_typed: str
    chosen: str
    changed: Version | None
    is_changed_here: bool


@dataclass(frozen=True)
class Told:
    """Something that was changed meanwhile and is no field of the form."""

    label: str
    opened: str
    now: str


@dataclass(frozen=True)
class Conflict:
    """How the row was when it was opened, what others did since, and what is to be decided."""

    opened_version: int
    current_version: int
    lines: tuple[Line, ...]
    told: tuple[Told, ...]
    meanwhile: tuple[Version, ...]
    is_stored_already: bool


def conflict_between(
    versions: list[Version],
    form: forms.Form,
    *,
    model: type[models.Model],
    opened_version: int,
    decided: Iterable[str] = (),
) -> Conflict:
    """Return what differs between the version that was opened, the last one, and ``form``.

    ``form`` is valid; ``decided`` names fields for which its value was chosen before.
    """
    opened = next((one for one in versions if one.number == opened_version), versions[0])
    meanwhile = tuple(one for one in versions if one.number > opened.number)
    words = _Words(model, [opened, *meanwhile])
    now = versions[-1]
    ways = [
        _as_a_form_holds_them(name, opened.values[name], now.values[name], form.cleaned_data[name])
        for name in form.fields
        if name in words.labels
    ]
    return Conflict(
        opened_version=opened.number,
        current_version=now.number,
        lines=tuple(
            _line(way, form, words, _last_change(way.field, opened, meanwhile), set(decided))
            for way in ways
            if not way.is_settled
        ),
        told=tuple(_told(opened, now, form, words)),
        meanwhile=meanwhile,
        is_stored_already=any(way.is_changed_here for way in ways)
        and all(way.is_settled for way in ways),
    )


class _Words:
    """What the columns of a table are called, and their values."""

    def __init__(self, model: type[models.Model], versions: list[Version]):
        self.model = model
        self.names = names_of_related(model, [one.values for one in versions])
        self.labels = words_of(model)

    def of(self, name: str, value: Any) -> str:
        return value_words(self.model._meta.get_field(name), value, self.names)


def _as_a_form_holds_them(name: str, opened: Any, now: Any, wanted: Any) -> ThreeWay:
    return ThreeWay(name, to_the_minute(opened), to_the_minute(now), to_the_minute(wanted))


def _line(way: ThreeWay, form, words: _Words, changed: Version | None, decided: set) -> Line:
    return Line(
        name=way.field,
        label=form[way.field].label,
        opened=words.of(way.field, way.opened),
        now=words.of(way.field, way.now),
        mine=words.of(way.field, way.wanted),
        now_typed=_as_typed(form.fields[way.field], way.now),
        mine_typed=form.data.get(form.add_prefix(way.field), ""),
        chosen=MINE if way.field in decided else _one_sided(way),
        changed=changed,
        is_changed_here=way.is_changed_here,
    )


def _one_sided(way: ThreeWay) -> str:
    """Return whose value it is where only one of the two changed it."""
    if way.is_changed_meanwhile and way.is_changed_here:
        return ""
    return MINE if way.is_changed_here else NOW


def _as_typed(field: forms.Field, value: Any) -> str:
    """Return a stored value as the field's input would send it."""
    prepared = field.prepare_value(value)
    if isinstance(field.widget, forms.widgets.ChoiceWidget):
        return "" if prepared is None else str(prepared)
    return field.widget.format_value(prepared) or ""


def _last_change(name: str, opened: Version, meanwhile: tuple[Version, ...]) -> Version | None:
    """Return the last act since then that altered a field, or None."""
    found, before = None, opened
    for version in meanwhile:
        if not are_same(before.values.get(name), version.values.get(name)):
            found = version
        before = version
    return found


def _told(opened: Version, now: Version, form, words: _Words) -> Iterator[Told]:
    others = [name for name in words.labels if name not in form.fields]
    for change in changes_between(opened.values, now.values, others):
        name = change.field
        yield Told(words.labels[name], words.of(name, change.before), words.of(name, change.after))
