"""A model card as tables of plain words; a card of another make shows what it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.locale_formats import in_sentence, number_text, quoted
from imaging.models import ImagingStudy
from inference.cautions import either, override_text, together, view_text
from inference.packages import views_named

MODALITIES = {
    "CR": gettext_lazy("computed radiography"),
    "CT": gettext_lazy("computed tomography"),
    "DX": gettext_lazy("digital radiography"),
    "ES": gettext_lazy("endoscopy"),
    "MR": gettext_lazy("magnetic resonance imaging"),
}
HEADLINES = (
    (
        "balanced_accuracy",
        gettext_lazy("Balanced accuracy"),
        gettext_lazy("mean share of each class that was recognised"),
    ),
    (
        "macro_auc",
        gettext_lazy("Mean AUC"),
        gettext_lazy("chance that a picture with a class scores above one without"),
    ),
    (
        "expected_calibration_error",
        gettext_lazy("Calibration error"),
        gettext_lazy("how far the probabilities lie from what happened"),
    ),
)
CALL_COLUMNS = (
    ("called_positive_of_positives", gettext_lazy("of those with it, called over the threshold")),
    ("called_negative_of_positives", gettext_lazy("of those with it, called below: missed")),
    ("called_positive_of_others", gettext_lazy("of the others, called over: false alarm")),
    ("called_negative_of_others", gettext_lazy("of the others, called below")),
    ("uncertain", gettext_lazy("of all, unsure")),
)
SPLITS = {
    "train": gettext_lazy("learnt from"),
    "val": gettext_lazy("tuned on"),
    "test": gettext_lazy("tested on"),
}


@dataclass(frozen=True)
class CardPage:
    """What the page of one version shows, read from its card."""

    card: Mapping[str, Any]

    @property
    def labels(self) -> list[Mapping]:
        return self.card.get("labels", [])

    @property
    def displays(self) -> dict[str, str]:
        return {one["code"]: _display(one) for one in self.labels}

    @property
    def findings(self) -> list[Mapping]:
        return [one for one in self.labels if one["role"] == "finding"]

    @property
    def references(self) -> list[Mapping]:
        return [one for one in self.labels if one["role"] == "reference"]

    @property
    def reference_names(self) -> str:
        return ", ".join(quoted(one["display"]) for one in self.references)

    @property
    def rules(self) -> list[str]:
        return list(dict.fromkeys(one["threshold_rule"] for one in self.findings))

    @property
    def scopes(self) -> list[str]:
        return [_scope(one) for one in self.card.get("applies_to", [])]

    @property
    def test(self) -> Mapping:
        """Figures on pictures that were not used for training or tuning."""
        return self.card.get("metrics", {}).get("test", {})

    @property
    def headlines(self) -> list[tuple]:
        return [(name, self.test.get(key), says) for key, name, says in HEADLINES]

    @property
    def per_class(self) -> list[tuple]:
        rows = self.test.get("per_class", {})
        return [(self.displays.get(code, code), row) for code, row in rows.items()]

    @property
    def call_columns(self) -> list[str]:
        return [says for _key, says in CALL_COLUMNS]

    @property
    def calls(self) -> list[tuple]:
        rows = self.test.get("calls", {})
        return [
            (self.displays.get(code, code), [row.get(key) for key, _says in CALL_COLUMNS])
            for code, row in rows.items()
        ]

    @property
    def per_source(self) -> list[tuple]:
        """One row per source and class: how many, recognised, and ranked inside the source."""
        return [
            (source, self.displays.get(code, code), recall.get("pictures"), recall,
             found.get("auc", {}).get(code))
            for source, found in self.test.get("per_source", {}).items()
            for code, recall in found.get("recall", {}).items()
        ]  # fmt: skip

    @property
    def gates(self) -> list[Mapping]:
        """What the publishing checks said; none on cards from before there were any."""
        return self.card.get("gates", [])

    @property
    def published_despite(self) -> str:
        return override_text(self.card)

    @property
    def override(self) -> Mapping:
        return self.card.get("override") or {}

    @property
    def names_views(self) -> bool:
        return bool(view_text(self.card))

    @property
    def watches_because(self) -> str:
        """Why its maker wants it to run unseen: a stated bar that it missed."""
        return self.card.get("state_reason", "")

    @property
    def reports(self) -> list[tuple[str, str]]:
        """The pages in the package: which, and what it is about."""
        whole = ("report", _("The whole report of its tests"))
        others = [
            (one["report"].removeprefix("report/").removesuffix(".html"),
             _("Tested on %(name)s") % {"name": one["name"]})
            for one in self.card.get("metrics", {}).get("external", ())
        ]  # fmt: skip
        files = self.card.get("files", {})
        return [(which, says) for which, says in [whole, *others] if report_path(which) in files]

    @property
    def strangers(self) -> Mapping:
        """How often it abstained from kinds of pictures that it should, or should not, read."""
        return self.card.get("metrics", {}).get("strangers", {})

    @property
    def data_rows(self) -> list[tuple]:
        """One row per class and source with the number of pictures of each split."""
        counts = self.card.get("data", {}).get("counts", {})
        keys = {
            (code, source)
            for split in counts.values()
            for code, sources in split.items()
            for source in sources
        }
        return [
            (self.class_in_words(code), source,
             [counts.get(split, {}).get(code, {}).get(source, 0) for split in SPLITS])
            for code, source in sorted(keys)
        ]  # fmt: skip

    def class_in_words(self, counted: str) -> str:
        """Return the name of a class as data count it: codes joined by +, ? where nobody knows."""
        if counted == "none" and counted not in self.displays:
            return _("none of these")
        codes = {code: code.removesuffix("?") for code in counted.split("+")}
        names = [
            (self.displays.get(code, code), code != written) for written, code in codes.items()
        ]
        return together(
            [
                _("%(name)s (not known)") % {"name": name} if is_unknown else name
                for name, is_unknown in names
            ]
        )

    @property
    def split_names(self) -> list[str]:
        return list(SPLITS.values())


def _display(label: Mapping) -> str:
    if label["role"] == "finding":
        return label["display"]
    return _("%(name)s (comparison class)") % {"name": label["display"]}


def report_path(which: str) -> str:
    """Return where in a package the report called ``which`` is."""
    return f"report/{which}.html"


def _scope(scope: Mapping) -> str:
    views = views_named(scope.get("view"))
    part = dict(ImagingStudy.BodyPart.choices).get(scope["body_part"], scope["body_part"])
    technique = MODALITIES.get(scope["modality"], scope["modality"])
    words = f"{in_sentence(part)}, {technique}"
    ages = [
        text % {"years": number_text(scope[key])}
        for key, text in (
            ("minimum_age_years", _("from %(years)s years")),
            ("maximum_age_years", _("up to %(years)s years")),
        )
        if scope.get(key) is not None
    ]
    view = _("view %(views)s") % {"views": either(views)} if views else ""
    return ", ".join([words, *filter(None, [view, " ".join(ages)])])
