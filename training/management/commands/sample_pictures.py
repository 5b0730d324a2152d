"""Draw synthetic pictures for demonstrations from a labelled data set."""

import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from PIL import Image, ImageOps

from training.synthetic_pictures import draw, load_square


class Command(BaseCommand):
    help = (
        "Draw pictures of nobody that look like the training pictures of one label. Example: "
        "manage.py sample_pictures ../data/chest_xray_covid --label normal --source nih "
        "--count 2 --out aicare/demo/pictures"
    )

    def add_arguments(self, parser):
        parser.add_argument("data", type=Path, help="folder with labels.csv")
        parser.add_argument("--label", required=True)
        parser.add_argument("--source", default="", help="only sources that start with this")
        parser.add_argument("--view", default="", help="only this view, such as PA")
        parser.add_argument("--count", type=int, default=1)
        parser.add_argument("--components", type=int, default=120)
        parser.add_argument("--size", type=int, default=320, help="pixels of a side")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args, **options):
        files = list(self.training_files(options))
        self.stdout.write(f"Reading {len(files)} pictures …")
        try:
            drawn = draw(
                load_square(files, options["size"]),
                count=options["count"],
                components=options["components"],
                seed=options["seed"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        options["out"].mkdir(parents=True, exist_ok=True)
        for number, pixels in enumerate(drawn, start=1):
            path = options["out"] / f"{options['label'].replace('_', '-')}-{number}.png"
            ImageOps.autocontrast(Image.fromarray(pixels), cutoff=0.5).save(path, optimize=True)
            self.stdout.write(str(path))

    def training_files(self, options):
        labels = options["data"] / "labels.csv"
        if not labels.is_file():
            raise CommandError(f"There is no labels.csv in {options['data']}.")
        with labels.open(newline="") as file:
            for row in csv.DictReader(file):
                if (
                    row["label"] == options["label"]
                    and row["split"] == "train"
                    and row["source"].startswith(options["source"])
                    and (not options["view"] or row["view"] == options["view"])
                ):
                    yield options["data"] / row["file"]
