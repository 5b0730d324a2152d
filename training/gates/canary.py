"""Does the package load and answer as a worker will find it?"""

from pathlib import Path

from inference.classifier import ENGINES, load_classifier
from inference.packages import BrokenPackage, digest_of
from training.gates.verdict import Verdict

NAME, TITLE = "canary", "Canary: loading in both engines"


def check_canary(folder: Path) -> Verdict:
    """Load the package in every engine, with its digest, its files and its canary."""
    rows = [(engine, _problem(folder, engine)) for engine in sorted(ENGINES)]
    broken = [problem for _, problem in rows if problem]
    says = (
        f"It does not: {broken[0]}"
        if broken
        else "Every file is as listed, and the computed pictures get the stored answers."
    )
    shown = tuple((engine, problem or "agrees") for engine, problem in rows)
    return Verdict(NAME, TITLE, not broken, says, (("Engine", "result"), *shown))


def _problem(folder: Path, engine: str) -> str:
    try:
        load_classifier(folder, digest=digest_of(folder), threads=1, engine=engine)
    except BrokenPackage as error:
        return str(error)
    return ""
