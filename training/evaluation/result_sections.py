"""The sections of the report that show figures."""

from collections.abc import Mapping
from typing import Any

from training.evaluation import plots
from training.evaluation.contents import Page
from training.evaluation.parts import (
    DASH,
    Figures,
    Headline,
    Headlines,
    Row,
    Table,
    Tables,
    Words,
    confusion_part,
    one,
    shown,
)

HEADLINES = (
    ("balanced_accuracy", "Balanced accuracy", "mean share of each class that was recognised"),
    ("accuracy", "Accuracy", "share of the pictures that were decided rightly"),
    ("macro_auc", "Mean AUC", "chance that a picture with a label scores above one without"),
    ("macro_average_precision", "Mean average precision", "area under precision and recall"),
    ("expected_calibration_error", "Calibration error",
     "how far the probabilities lie from what happened"),
)  # fmt: skip
CHOSEN = {"chosen": "chosen: ", "negative_below": "chosen: "}


def headlines(page: Page) -> list:
    rows = [
        _headline(name, page.figures[key], says)
        for key, name, says in HEADLINES
        if page.figures[key]["value"] is not None
    ] or _rates(page)
    return [
        Words(
            (
                f"{page.figures['pictures']} pictures of {page.figures['patients']} patients. "
                f"Decided as {page.figures['decision']}. Beside each figure is its 95 % interval "
                "over patients: with as many other patients it would likely have come out "
                "somewhere in there. The figures are those of these pictures; another hospital's "
                "are another question.",
            )
        ),
        Headlines(rows),
    ]


def _headline(name: str, figure: Mapping[str, Any], says: str) -> Headline:
    return Headline(name, one(figure["value"]), f"{one(figure['low'])}–{one(figure['high'])}", says)


RATES = (
    ("sensitivity", "share of those with it that were called"),
    ("specificity", "share of those without it that were not called"),
)


def _rates(page: Page) -> list[Headline]:
    """What one class alone can tell: how often each finding is called, rightly or wrongly."""
    rows = []
    for label in page.findings:
        cutoffs = page.figures["thresholds"][label["code"]]
        chosen = next(row for row in cutoffs if row["name"] == "chosen")
        rows += [
            _headline(f"{label['display']}: {key}", chosen[key], says)
            for key, says in RATES
            if chosen[key]["value"] is not None
        ]
    return rows


def ranking(page: Page) -> list:
    if not page.curves["roc"]:
        return []
    figures = page.figures
    return [
        Figures(
            (
                plots.roc_figure(page.curves, figures, page.names),
                plots.precision_recall_figure(page.curves, figures, page.names),
            )
        ),
        Table(
            "Ranking",
            ["Label", "AUC", "Average precision"],
            [
                *(
                    Row([page.names[code], shown(row["auc"]), shown(row["average_precision"])])
                    for code, row in figures["per_class"].items()
                ),
                *(
                    Row([words, shown(figures[f"{how}_auc"]),
                         shown(figures[f"{how}_average_precision"])],
                        "total" if how == "macro" else "")
                    for how, words in (("macro", "Macro: mean of the labels"),
                                       ("micro", "Micro: all decisions pooled"))
                ),
            ],
        ),
    ]  # fmt: skip


def confusion(page: Page) -> list:
    figures, names, parts = page.figures, page.names, []
    if "confusion" in figures:
        columns = list(names.values())
        rows = list(zip(columns, figures["confusion"], strict=True))
        parts.append(
            confusion_part(
                "The most probable label: counts, and per cent of the true class", "True class",
                columns, rows, range(len(columns)),
            )
        )  # fmt: skip
    for label in page.findings:
        counts = figures["calls"][label["code"]]
        table = counts.get("counts_by_class") or {
            f"with {label['display']}": counts["counts"]["positives"],
            f"without {label['display']}": counts["counts"]["others"],
        }
        has_it = [name in (label["code"], f"with {label['display']}") for name in table]
        parts.append(
            confusion_part(
                f"Calls of {label['display']} at the chosen cut-offs", "True class",
                ["positive", "uncertain", "negative"],
                [(names.get(name, name), list(row.values())) for name, row in table.items()],
                [0 if has else 2 for has in has_it],
            )
        )  # fmt: skip
    return [Tables(parts)]


def report(page: Page) -> list:
    table = page.figures["report"]
    columns = ("precision", "recall", "f1")
    rows = [
        Row([_report_name(code, page.names), *(shown(row[one]) for one in columns),
             str(row["support"])])
        for code, row in table["labels"].items()
    ]  # fmt: skip
    rows += [
        Row([f"{how.capitalize()} average", *(shown(table[how][one]) for one in columns),
             str(table["support"])], "total" if how == "macro" else "")
        for how in ("macro", "micro", "weighted")
    ]  # fmt: skip
    header = ["Label", "Precision", "Recall", "F1", "Support"]
    says = f"Decided as {page.figures['decision']}. Support: pictures that truly have the label."
    return [Table("Classification report", header, rows), Words((says,), muted=True)]


def _report_name(code: str, names: Mapping[str, str]) -> str:
    if code in names:
        return names[code]
    return f"without {names.get(code.removeprefix('not '), code)}"


def scores(page: Page) -> list:
    figures = []
    for label in page.findings:
        code, limits = label["code"], (label["threshold"], label["negative_below"])
        figures.append(plots.density_figure(code, page.curves, page.names, limits))
        figures.append(plots.histogram_figure(code, page.curves, page.names, limits))
    says = (
        "Left, the probability density of the calibrated score in each true class; right, how many "
        "pictures have which score. What lies on the wrong side of the cut-off is called wrongly."
    )
    return [Words((says,)), Figures(figures)] if figures else []


def thresholds(page: Page) -> list:
    prevalence = page.figures["prevalence"]
    parts: list = [
        Words(
            (
                "Cut-offs were chosen on the validation pictures and are measured here. PPV and "
                "NPV, the shares of positive and of negative calls that would be right, are those "
                f"at a prevalence of {one(prevalence, True)}, not at that of these pictures.",
            )
        )
    ]
    for label in page.findings:
        rows = [
            Row(
                [f"{CHOSEN.get(row['name'], '')}{row['rule']}",
                 DASH if row["cutoff"] is None else one(row["cutoff"]),
                 *(shown(row.get(key)) for key in ("sensitivity", "specificity", "ppv", "npv"))],
                "chosen" if row["name"] in ("chosen", "negative_below") else "",
            )
            for row in page.figures["thresholds"][label["code"]]
        ]  # fmt: skip
        header = ["Cut-off", "From", "Sensitivity", "Specificity", "PPV", "NPV"]
        parts.append(Table(label["display"], header, rows))
        if label.get("threshold_rule"):
            parts.append(Words((label["threshold_rule"],), muted=True))
    return parts if page.findings else []


def calibration(page: Page) -> list:
    figures = page.figures["calibration"]
    if figures["after"]["value"] is None:
        return []
    drawn = [plots.reliability_figure("Top label", page.curves, None)]
    drawn += [
        plots.reliability_figure(name, page.curves, code)
        for code, name in page.names.items()
        if figures["per_label"][code]["after"]["value"] is not None
    ]
    rows = [Row(["Top label", shown(figures.get("before")), shown(figures["after"])])]
    rows += [
        Row([page.names[code], shown(row.get("before")), shown(row["after"])])
        for code, row in figures["per_label"].items()
    ]
    given = page.card.get("calibration", {})
    says = (
        f"Method: {given.get('method', 'none')}"
        f"{_temperature(given)}, fitted on the validation pictures. Expected calibration error "
        "over ten equally wide bins. A classifier whose probabilities were exactly right would "
        f"show about {one(figures['floor'])} on as many pictures by chance alone."
    )
    return [
        Words((says,)),
        Figures(drawn),
        Table("Expected calibration error", ["Label", "Before", "After"], rows),
    ]


def _temperature(given: Mapping[str, Any]) -> str:
    value = given.get("temperature")
    return f" (temperature {value:g})" if value and value != 1 else ""


def pointing(page: Page) -> list:
    if not (games := page.figures.get("pointing")):
        return []
    rows = [
        Row([page.names[code], str(row["pictures"]), shown(row["score"], per_cent=True),
             one(row["chance"], True),
             DASH if row["elsewhere"] is None else one(row["elsewhere"], True)])
        for code, row in games.items()
    ]  # fmt: skip
    tolerance = max(row["tolerance"] for row in games.values())
    says = (
        "Share of pictures with a box in which the evidence map is strongest inside the box or "
        f"within {one(tolerance, True)} of the picture’s side of it (pointing game, Zhang et al. "
        "2018). Chance: the share of the picture that counts as inside. Usual place: how often "
        "the maps of other pictures would hit. A map that does no better than the usual place "
        "shows where findings tend to be, not where this one is."
    )
    header = ["Finding", "Pictures", "Map points into the box", "Chance", "Usual place"]
    return [Words((says,)), Table("Pointing game", header, rows)]


def abstention(page: Page) -> list:
    parts: list = []
    if silent := page.figures.get("abstentions"):
        rows = [Row(["All", str(silent["of"]), shown(silent["share"], per_cent=True)])]
        rows += [
            Row([page.names[code], str(row["pictures"]), shown(row, per_cent=True)])
            for code, row in silent["per_class"].items()
            if row["pictures"]
        ]
        reasons = ", ".join(
            f"{count} {reason.replace('_', ' ')}" for reason, count in silent["reasons"].items()
        )
        parts.append(Table("Pictures of this data set", ["Label", "Pictures", "Abstained"], rows))
        words = "They are left out of all other figures on this page."
        parts.append(
            Words((f"Reasons: {reasons}. {words}" if reasons else "It abstained on none.",))
        )
    strangers = page.card.get("metrics", {}).get("strangers", {})
    if strangers:
        rows = [
            Row([kind, row["expect"], str(row["pictures"]), one(row["abstained"], True)])
            for kind, row in strangers.items()
        ]
        header = ["Pictures", "It should", "How many", "It abstained from"]
        parts.append(Table("Pictures of other kinds", header, rows, words=2))
    return parts
