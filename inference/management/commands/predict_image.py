"""Classify picture files with a package, without the record: for looking at a classifier."""

import json
from pathlib import Path

import numpy as np
from django.core.files import File
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from aicare.errors import DomainError
from imaging.intake import check_images
from imaging.pixels import decode_file
from inference.classifier import ENGINES, InvalidOutput, StudyPrediction, load_classifier
from inference.packages import BrokenPackage, digest_of

STARTER = Path(__file__).resolve().parents[2] / "starter_models" / "chest-xray-covid" / "1.1.0"


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Classify picture files and print what the classifier says of each.

example:
  python manage.py predict_image chest.png other.jpg
  python manage.py predict_image chest.png --package data/models/my-classifier/1.0.0 --json

Nothing is stored and no patient is involved. Research demonstration, not for diagnosis."""

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--package",
            type=Path,
            default=STARTER,
            help="package folder (default: the shipped one for chest X-rays)",
        )
        parser.add_argument("--engine", choices=sorted(ENGINES), default="openvino")
        parser.add_argument("--threads", type=int, default=2)
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args, files, package, engine, threads, **options):
        pictures = {}
        for path in files:
            try:
                pictures[path] = read_picture(path)
            except (DomainError, OSError) as error:
                self.stderr.write(f"{path}: {error}")
        rows = self.predict(pictures, package, engine, threads) if pictures else []
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
        else:
            for row in rows:
                self.stdout.write("\n".join([row["file"], *as_lines(row), ""]))
        if unread := len(set(files)) - len(pictures):
            raise CommandError(f"{unread} of {len(files)} files could not be read, see above.")

    def predict(self, pictures: dict[Path, np.ndarray], package, engine, threads) -> list[dict]:
        try:
            classifier = load_classifier(
                package, digest=digest_of(package), threads=threads, engine=engine
            )
            predictions = classifier.predict([[pixels] for pixels in pictures.values()])
        except (BrokenPackage, InvalidOutput) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{classifier.card.title} ({classifier.card.version}), {engine}")
        return [as_row(path, answer) for path, answer in zip(pictures, predictions, strict=True)]


def read_picture(path: Path) -> np.ndarray:
    """Return the file's pixels as the platform would read an upload of it."""
    with path.open("rb") as opened:
        (checked,) = check_images([File(opened, name=path.name)])
        return decode_file(opened, checked.media_type).array


def as_row(path: Path, answer: StudyPrediction) -> dict:
    return {
        "file": str(path),
        "abstained_because": answer.abstained_because,
        "findings": [
            {
                "label": finding.label.code,
                "display": finding.label.display,
                "role": finding.label.role,
                "raw_probability": round(finding.raw_probability, 4),
                "probability": round(finding.probability, 4),
                "threshold": finding.threshold,
                "call": finding.call,
            }
            for finding in answer.findings
        ],
    }


def as_lines(row: dict) -> list[str]:
    if row["abstained_because"]:
        return [f"  abstains: {row['abstained_because']}"]
    return [
        f"  {finding['display']:<44} {finding['probability']:6.3f}  "
        f"{finding['call'] or '(reference)'}"
        for finding in row["findings"]
    ]
