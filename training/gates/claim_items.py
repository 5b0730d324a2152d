"""What a report about a classifier must tell: one table, in our own words.

CLAIM: Mongan, Moy and Kahn, Radiology: Artificial Intelligence 2:e200029, 2020 (42 items; the
numbers here are its), with what the update of 2024 adds (Tejani et al., 6:e240300; here "2024").
MI-CLAIM: Norgeot et al., Nature Medicine 26:1320, 2020 (six parts; the numbers here are theirs).

An answer comes from the run (a function of the card), or from the recipe's [card.answers], by the
item's key; what neither answers is printed as "not reported". Items marked ``needed`` stop
publishing when nobody answers them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from training.gates import claim_answers as run

Card = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing to be told."""

    key: str
    """its name in the recipe's [card.answers]"""
    numbers: str
    """C: CLAIM 2020, M: part of MI-CLAIM"""
    asks: str
    from_run: Callable[[Card], str] | None = None
    needed: bool = False


ITEMS = (
    Item("technique", "C1", "What kind of AI it is", run.technique),
    Item("summary", "C2", "Design, method, result and conclusion in a few lines", run.summary),
    Item("intended_use", "C3 M1", "For what and in which role", run.intended_use, True),
    Item("objective", "C4 M1", "The question that was asked of the data"),
    Item("design", "C5", "Were data collected for this, or found"),
    Item("goal", "C6", "Is it a demonstration, a feasibility study, a product", run.goal),
    Item("data_source", "C7 M2", "Where the pictures come from", run.data_source, True),
    Item("population", "C8 M1", "Whom the pictures show, and who was left out", needed=True),
    Item("scope", "C8 M1", "Modality, body part, views and ages", run.scope, True),
    Item("acquisition", "2024", "How the pictures were taken: machines, protocols, years"),
    Item("preprocessing", "C9 M2", "What is done to a picture first", run.preprocessing),
    Item("subsets", "C10", "Were parts of pictures or of the data chosen", run.subsets),
    Item("definitions", "C11", "What each label means", run.definitions),
    Item("de_identification", "C12", "How people were made unrecognisable"),
    Item("missing", "C13", "What was done where something was not known", run.missing),
    Item("labels_origin", "C14 C16", "Who decided the labels, and by what", needed=True),
    Item("labels_reason", "C15", "Why labels of this kind"),
    Item("annotation_tools", "C17", "With which tools pictures were labelled"),
    Item("label_agreement", "C18", "How far those who label agree with each other"),
    Item("test_labels", "2024", "How the labels of the test pictures were made"),
    Item("sample_size", "C19", "How many patients were wanted, and why"),
    Item("split", "C20", "How the data were divided", run.split, True),
    Item("split_level", "C21 M2", "What is never in two parts; the proof", run.split_level),
    Item("network", "C22 M3", "The network: inputs, layers, outputs", run.network),
    Item("software", "C23 M6", "Libraries and versions", run.software),
    Item("initialisation", "C24", "From which weights training began", run.initialisation),
    Item("training", "C25 M3", "How it was trained: augmentation, stages, settings", run.training),
    Item("selection", "C26 M3", "How the final network was chosen", run.selection),
    Item("ensemble", "C27", "Are several answers combined", run.ensemble),
    Item("metrics", "C28 M4", "Which figures count, and why these", run.metrics),
    Item("clinical_metrics", "M4", "What its calls mean for those who are examined", run.calls),
    Item("uncertainty", "C29", "How sure the figures are", run.uncertainty),
    Item("robustness", "C30 M5", "Pictures unlike those learnt", run.robustness),
    Item("explanation", "C31 M5", "How an answer is made understandable", run.explanation),
    Item("internal_test", "2024", "Figures on the sources' own held-out part", run.internal_test),
    Item("external_test", "C32 M1", "Figures on pictures of another hospital", run.external_test),
    Item("flow", "C33", "How many were included and left out", run.flow),
    Item("demographics", "C34 M1", "Ages, sexes and views in each part", run.demographics),
    Item("performance", "C35", "The figures on every part", run.performance, True),
    Item("accuracy", "C36", "Sensitivity and specificity with intervals", run.calls),
    Item("baseline", "M1 M4", "What it is compared with"),
    Item("failures", "C37", "Where it fails, and why", run.failures),
    Item("limits", "C38", "What could mislead, and what it never saw", run.limits, True),
    Item("implications", "C39", "What follows for practice"),
    Item("registration", "C40 C41", "Registration of the study, and where its protocol is"),
    Item("availability", "2024 M6", "Where code, model and data can be had", run.availability),
    Item("licence", "2024", "Under which terms model and data may be used", run.licence, True),
    Item("funding", "C42", "Who paid, and which interests there are"),
)  # fmt: skip
