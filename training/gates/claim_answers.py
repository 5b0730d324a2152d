"""Answers that a run knows by itself, read from the card that it is about to write.

Each function returns the answer in a line or two, or an empty string where the card has none.
"""

from collections.abc import Mapping
from typing import Any

Card = Mapping[str, Any]


def technique(card: Card) -> str:
    return (
        "Supervised deep learning: a convolutional network that classifies single pictures "
        f"({len(card['labels'])} labels, {card['outputs']['activation']})."
    )


def summary(card: Card) -> str:
    return f"{card['title']}. {_headline(card)}" if _headline(card) else ""


def intended_use(card: Card) -> str:
    return card["purpose"]


def goal(card: Card) -> str:
    return "A research demonstration, not a medical device." if card["research_only"] else ""


def data_source(card: Card) -> str:
    return card["data"].get("source", "")


def scope(card: Card) -> str:
    """Return nothing where a kind of study says neither of which views nor of which ages."""
    return "; ".join(map(_scope, card["applies_to"])) if _is_stated(card) else ""


def preprocessing(card: Card) -> str:
    given = card["input"]
    named = given["preprocessing"]
    parameters = ", ".join(f"{key} {value}" for key, value in named["parameters"].items())
    return (
        f"{named['name']}{f' ({parameters})' if parameters else ''} to "
        f"{given['width']} × {given['height']} × {given['channels']}; the same function in "
        "training and serving."
    )


def subsets(card: Card) -> str:
    border = card["input"]["preprocessing"]["parameters"].get("border")
    return f"The outer {border:.0%} of each side is not read." if border else ""


def definitions(card: Card) -> str:
    return "; ".join(f"{one['display']}: {one['positive_text']}" for one in card["labels"])


def missing(card: Card) -> str:
    return card["data"].get("missing", "")


def split(card: Card) -> str:
    return card["data"].get("split", "")


def split_level(card: Card) -> str:
    return next((one["says"] for one in card.get("gates", ()) if one["name"] == "leaks"), "")


def network(card: Card) -> str:
    outputs = card["outputs"]
    return (
        f"{outputs['features']} pooled features, {outputs['logits']} outputs; the network section "
        "of the recipe names backbone and head, model.keras holds every layer."
    )


def software(card: Card) -> str:
    versions = card["training"].get("versions", {})
    return ", ".join(f"{name} {version}" for name, version in versions.items() if version)


def initialisation(card: Card) -> str:
    return card["training"].get("initialisation", "")


def training(card: Card) -> str:
    given = card["training"]
    if "recipe" not in given:
        return ""
    return (
        f"{given.get('epochs', '?')} epochs, seed {given.get('seed', '?')}; augmentation, stages "
        "and settings in the recipe, which is on the card word by word."
    )


def selection(card: Card) -> str:
    return card["training"].get("selection", "")


def ensemble(card: Card) -> str:
    return card["training"].get("ensemble", "")


def metrics(card: Card) -> str:
    if not card["metrics"].get("test"):
        return ""
    return (
        "AUC per label (ranking, free of thresholds and of how frequent a label is), balanced "
        "accuracy where labels exclude each other, calibration error (a probability is shown)."
    )


def calls(card: Card) -> str:
    rows = card["metrics"].get("test", {}).get("calls", {})
    parts = [
        f"{code}: {_figure(row.get('called_positive_of_positives'))} of those with it called, "
        f"{_figure(row.get('called_positive_of_others'))} of the others"
        for code, row in rows.items()
    ]
    return "; ".join(parts)


def uncertainty(card: Card) -> str:
    if not card["metrics"].get("test"):
        return ""
    return "95 % intervals from draws of whole patients with replacement."


def robustness(card: Card) -> str:
    strangers = card["metrics"].get("strangers", {})
    parts = [
        f"{name}: abstains on {row['abstained']:.0%} (should {row['expect']})"
        for name, row in strangers.items()
    ]
    return "; ".join(parts)


def explanation(card: Card) -> str:
    rows, columns, _ = card["outputs"]["evidence"]
    return (
        f"A map per label on a {rows} by {columns} grid shows what counted; it outlines no disease."
    )


def internal_test(card: Card) -> str:
    return _headline(card)


def external_test(card: Card) -> str:
    names = [one.get("name", "") for one in card["metrics"].get("external", ())]
    return f"Measured on {', '.join(names)}." if names else ""


def flow(card: Card) -> str:
    data = card["data"]
    if not data.get("counts"):
        return ""
    left_out = data.get("left_out")
    per_split = ", ".join(
        f"{split} {sum(sum(sources.values()) for sources in labels.values())}"
        for split, labels in data["counts"].items()
    )
    return f"Pictures: {per_split}" + (f"; left out: {left_out}." if left_out is not None else ".")


def demographics(card: Card) -> str:
    return "; ".join(
        f"{split}: {words}" for split, words in card["data"].get("people", {}).items() if words
    )


def performance(card: Card) -> str:
    return _headline(card)


def failures(card: Card) -> str:
    rows = card["metrics"].get("test", {}).get("per_source", {})
    return "Figures per source are on the card." if rows else ""


def limits(card: Card) -> str:
    return f"{len(card['limits'])} limits are on the card." if card["limits"] else ""


def availability(card: Card) -> str:
    if "recipe" not in card["training"]:
        return ""
    return "Code, recipe and package are given; the data are had from their sources."


def licence(card: Card) -> str:
    return card["licence"]


def _headline(card: Card) -> str:
    test = card["metrics"].get("test", {})
    named = (
        ("balanced_accuracy", "balanced accuracy"),
        ("macro_auc", "mean AUC"),
        ("expected_calibration_error", "calibration error"),
    )
    parts = [f"{word} {_figure(test[key])}" for key, word in named if _is_figure(test.get(key))]
    if not parts:
        return ""
    return f"Test, {test['pictures']} pictures of {test['patients']} patients: {', '.join(parts)}."


def _is_figure(row: Any) -> bool:
    return isinstance(row, Mapping) and row.get("value") is not None


def _figure(row: Any) -> str:
    if not _is_figure(row):
        return "–"
    if row.get("low") is None:
        return f"{row['value']:.2f}"
    return f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def _is_stated(card: Card) -> bool:
    return all(one.get("view") and _ages(one) for one in card["applies_to"])


def _scope(one: Mapping[str, Any]) -> str:
    views = [one["view"]] if isinstance(one["view"], str) else one["view"]
    return f"{one['modality']} {one['body_part']}, view {', '.join(views)}, {_ages(one)}"


def _ages(one: Mapping[str, Any]) -> str:
    return " ".join(
        f"{word} {one[key]:g} years"
        for key, word in (("minimum_age_years", "from"), ("maximum_age_years", "to"))
        if one.get(key) is not None
    )
