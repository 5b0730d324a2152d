"""The sections of the report, in the order in which they are read."""

from collections.abc import Mapping
from typing import Any

from inference.packages import views_named
from training.evaluation import plots
from training.evaluation import result_sections as results
from training.evaluation.breakdown_tables import breakdown_parts
from training.evaluation.contents import Page
from training.evaluation.parts import (
    Examples,
    Figures,
    Gate,
    Heading,
    Limits,
    Pairs,
    Recipe,
    Row,
    Section,
    Table,
    Tables,
    Words,
    words_before_numbers,
)

SPLITS = {"train": "learnt from", "val": "tuned on", "test": "tested on"}


def sections_of(page: Page) -> list[Section]:
    """Return the sections that the page has something for."""
    builders = (
        ("about", "What this is, and what it is not", about, False),
        ("headlines", "How well it did", results.headlines, False),
        ("data", "The data", data, False),
        ("training", "Training", training_curves, False),
        ("ranking", "ROC, precision and recall", results.ranking, False),
        ("confusion", "Confusion", results.confusion, False),
        ("report", "Precision, recall, F1", results.report, False),
        ("scores", "Scores", results.scores, False),
        ("thresholds", "Cut-offs", results.thresholds, False),
        ("calibration", "Calibration", results.calibration, False),
        ("breakdowns", "By source, view, age and sex", breakdown_parts, False),
        ("pointing", "Does the map point at the finding?", results.pointing, False),
        ("abstention", "When it abstains", results.abstention, False),
        ("worst", "Mistakes and doubts", worst, True),
        ("gates", "Publishing gates", gates, False),
        ("made", "How it was made", made, False),
    )
    found = []
    for anchor, title, build, new_sheet in builders:
        if parts := build(page):
            found.append(Section(anchor, title, parts, new_sheet))
    return found


def about(page: Page) -> list:
    scopes = "; ".join(_scope(scope) for scope in page.card.get("applies_to", ()))
    return [
        Words((page.card["purpose"],)),
        *([Pairs((("Made for", scopes),))] if scopes else []),
        Heading("Limits"),
        Limits(page.card["limits"]),
    ]


def _scope(scope: Mapping[str, Any]) -> str:
    views = " or ".join(views_named(scope.get("view")))
    words = [scope["modality"], scope["body_part"].lower(), views]
    low, high = scope.get("minimum_age_years"), scope.get("maximum_age_years")
    words.append(f"from {low:g} years" if low is not None else "")
    words.append(f"up to {high:g} years" if high is not None else "")
    return " ".join(word for word in words if word)


def data(page: Page) -> list:
    given = page.card.get("data", {})
    lines = [f"{given[key]}." for key in ("source", "split") if given.get(key)]
    return [
        *([Words(lines)] if lines else []),
        Tables([*_counts(given.get("counts", {}), page.names), *_views(page.figures)]),
    ]


def _counts(counts: Mapping[str, Any], names: Mapping[str, str]) -> list:
    keys = sorted({(code, source) for split in counts.values() for code, of in split.items()
                   for source in of})  # fmt: skip
    splits = [split for split in SPLITS if split in counts]
    rows = [
        Row([_joined(code, names), source or "not stated",
             *(str(counts[split].get(code, {}).get(source, 0)) for split in splits)])
        for code, source in keys
    ]  # fmt: skip
    if not rows:
        return []
    totals = [sum(sum(of.values()) for of in counts[split].values()) for split in splits]
    rows.append(Row(["All", "", *map(str, totals)], "total"))
    header = ["Class", "Source", *(SPLITS[split] for split in splits)]
    return [Table("Pictures the classifier was made with", header, rows, words=2)]


def _joined(code: str, names: Mapping[str, str]) -> str:
    return " + ".join(names.get(word, word) for word in code.split("+"))


def _views(figures: Mapping[str, Any]) -> list:
    rows = [
        Row([kind, name, str(group["pictures"]), str(group["patients"])])
        for kind, key in (("View", "per_view"), ("Age in years", "per_age"), ("Sex", "per_sex"))
        for name, group in figures.get(key, {}).items()
    ]
    header = ["What", "Group", "Pictures", "Patients"]
    return [Table("Who is in the measured pictures", header, rows, words=2)] if rows else []


def training_curves(page: Page) -> list:
    figures = plots.history_figures(page.history)
    return [Figures(figures)] if figures else []


def worst(page: Page) -> list:
    parts: list = []
    for kind, title in (("mistake", "The most confident mistakes"), ("unsure", "The least sure")):
        of_kind = [example for example in page.examples if example.kind == kind]
        if of_kind:
            parts += [Heading(title), Examples(of_kind)]
    if parts:
        says = (
            "Pictures of the data, with what counted for the named label in violet and people’s "
            "boxes in white. This edition stays with the data; the one in the package has none."
        )
        parts.insert(0, Words((says,)))
    return parts


def gates(page: Page) -> list:
    parts: list = []
    for gate in page.gates:
        header, *rows = gate["table"] or ((),)
        table = None
        if rows:
            cells = [Row(row) for row in rows]
            table = Table("What it found", header, cells, words=words_before_numbers(rows))
        parts.append(Gate(f"gate-{gate['name']}", gate["title"], gate["passed"], gate["says"],
                          table))  # fmt: skip
    return parts


def made(page: Page) -> list:
    given = page.card.get("training", {})
    rows = [("Seed", given.get("seed")), ("Epochs", given.get("epochs")),
            ("Time", _spoken_time(given.get("seconds")))]  # fmt: skip
    rows += [(name, version) for name, version in given.get("versions", {}).items()]
    rows += [
        ("Data fingerprint", page.card.get("data", {}).get("fingerprint")),
        ("Input", _input(page.card.get("input", {}))),
        ("Licence", page.card.get("licence")),
    ]
    parts: list = [Pairs([(name, str(value)) for name, value in rows if value is not None])]
    if given.get("recipe"):
        parts += [Heading("Recipe"), Recipe(given["recipe"].strip())]
    return parts


def _input(given: Mapping[str, Any]) -> str | None:
    if not given:
        return None
    return f"{given['width']} × {given['height']} pixels, {given['preprocessing']['name']}"


def _spoken_time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
