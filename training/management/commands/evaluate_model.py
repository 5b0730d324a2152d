"""Measure a package on a labelled data set, its own or another hospital's."""

import json
from pathlib import Path

from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from inference.classifier import ENGINES, InvalidOutput, load_classifier
from inference.packages import BrokenPackage, digest_of
from training.datasets.dataset import SPLITS
from training.errors import TrainingError
from training.evaluation.external import Question, ask, data_for, headline_of
from training.evaluation.keeping import keep


class Command(ExplainedCommand):
    help = """Measure a package on a data set, with 95 % intervals over patients.

examples:
  python manage.py evaluate_model inference/starter_models/chest-xray-covid/1.0.0
  python manage.py evaluate_model data/training/chest-xray-covid-1.0.0/package --data other-hospital

Without --data it is measured on its own validation pictures (--split test: on those of its card);
with --data on all pictures of that place, a folder per class, a folder with labels.csv, a CSV
file, or a zip of either. Pictures on which it abstains are counted and left out of the other
figures. Pictures of one class only give what one class can give.

The page and figures of other data are kept with the package:
- a package in a run folder that is not yet published gets them in its report/ and on its card
  (metrics.external), which gives it a new digest;
- a published package never changes: they go to evaluations/NAME/VERSION/ in the data folder.
Neither holds a picture. Pictures and patients that it was made with are left out, where its run
folder or its data are here to tell; if nothing else is left, nothing is put on record.
--out FOLDER gets report.html with the worst examples, and metrics.json."""
    requires_system_checks = ()  # it needs neither database nor pages

    def add_arguments(self, parser):
        parser.add_argument("package", type=Path, metavar="PACKAGE")
        parser.add_argument("--data", type=Path, help="another data set (default: its own)")
        parser.add_argument("--split", choices=SPLITS, help="one split only (own data: val)")
        parser.add_argument("--name", help="what to call the data (default: that of their place)")
        parser.add_argument(
            "--label",
            action="append",
            default=[],
            metavar="WORD=CODE",
            help="a label word of the data and the classifier's code that it means; repeatable",
        )
        parser.add_argument(
            "--ignore",
            action="append",
            default=[],
            metavar="WORD",
            help="leave pictures with this label word out; repeatable",
        )
        parser.add_argument("--out", type=Path, help="folder for the page with pictures")
        parser.add_argument("--engine", choices=sorted(ENGINES), default="openvino")
        parser.add_argument("--json", action="store_true", help="print all figures as JSON")

    def handle(self, *args, package, engine, out, **options):
        say = self.stderr.write if options["json"] else self.say
        question = Question(
            data=options["data"],
            split=options["split"],
            name=options["name"],
            words=options["label"],
            ignore=options["ignore"],
        )
        try:
            classifier = load_classifier(
                package, digest=digest_of(package), threads=2, engine=engine
            )
            dataset = data_for(classifier.card, question, say)
            evaluation = ask(package, classifier, dataset, question, say)
            written = keep(package, evaluation, out)
        except (BrokenPackage, InvalidOutput, TrainingError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(evaluation.figures, indent=1))
        else:
            self.say(headline_of(evaluation.figures))
        for path in written:
            say(f"Report: {path}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
