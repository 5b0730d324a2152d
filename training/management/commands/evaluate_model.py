"""Measure a package on a labelled data set, its own or another hospital's."""

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from inference.classifier import ENGINES, Classifier, InvalidOutput, load_classifier
from inference.packages import BrokenPackage, digest_of
from training.config import parse_recipe
from training.datasets.dataset import SPLITS, DataSet
from training.datasets.pictures import decode
from training.datasets.reading import read_dataset
from training.errors import TrainingError
from training.evaluation.figures import evaluate, headline

CHUNK = 64


class Command(BaseCommand):
    help = """Measure a package on one split of a data set, with 95 % intervals over patients.

example:
  python manage.py evaluate_model inference/starter_models/chest-xray-covid/1.0.0 --split val

Another hospital's pictures need a folder with a labels.csv in the same words (--data). Pictures on
which the classifier abstains are counted and left out of the other figures."""
    requires_system_checks = ()  # it needs neither database nor pages

    def create_parser(self, prog_name, subcommand, **kwargs):
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser):
        parser.add_argument("package", type=Path, metavar="PACKAGE")
        parser.add_argument("--data", type=Path, help="folder with labels.csv (default: its own)")
        parser.add_argument("--split", choices=SPLITS, default="val")
        parser.add_argument("--engine", choices=sorted(ENGINES), default="openvino")
        parser.add_argument("--json", action="store_true", help="print all figures as JSON")

    def handle(self, *args, package, data, split, engine, **options):
        try:
            classifier = load_classifier(
                package, digest=digest_of(package), threads=2, engine=engine
            )
            recipe = parse_recipe(classifier.card.training["recipe"], str(package))
            dataset = read_dataset(data or recipe.data_folder, recipe.codes).split(split)
            probabilities, read = look_at_all(classifier, dataset)
            figures = evaluate(dataset.where(read), probabilities[read], classifier.card.labels)
        except (BrokenPackage, InvalidOutput, TrainingError) as error:
            raise CommandError(str(error)) from error
        figures["abstained"] = int((~read).sum())
        if options["json"]:
            self.stdout.write(json.dumps(figures, indent=1))
            return
        self.stdout.write(f"{len(dataset)} pictures, abstained on {figures['abstained']}.")
        self.stdout.write(headline(figures))


def look_at_all(classifier: Classifier, dataset: DataSet) -> tuple[np.ndarray, np.ndarray]:
    """Return calibrated probabilities, and which pictures the classifier was willing to read."""
    probabilities, read = [], []
    for start in range(0, len(dataset), CHUNK):
        files = dataset.files[start : start + CHUNK]
        pictures = [decode(dataset.folder / str(file)) for file in files]
        answers = classifier.look_at(pictures)
        probabilities += [answer.calibrated for answer in answers]
        read += [
            not classifier.problem_with([pixels]) and not classifier.is_stranger(answer)
            for pixels, answer in zip(pictures, answers, strict=True)
        ]
    return np.stack(probabilities), np.array(read)
