"""Other collections: where they lie, and which of their pictures are shown as examples."""

import numpy as np
from PIL import Image

from inference.preprocessing import InputSpec
from training.packaging.strangers import examples_of_others

SPEC = InputSpec(8, 8, 1, "grey")


def make_collection(folder, splits):
    folder.mkdir(parents=True)
    lines = ["file,split"]
    for number, split in enumerate(splits):
        Image.fromarray(np.full((64, 64), 40 * number, np.uint8)).save(folder / f"{number}.png")
        lines.append(f"{number}.png,{split}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")


def test_examples_are_training_pictures_of_what_is_to_be_abstained_from(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    make_collection(tmp_path / "others", ["train", "test", "train"])
    others = {"name": "Others", "folder": "data/others"}
    assert len(examples_of_others([others | {"expect": "abstain"}], SPEC)) == 2
    assert len(examples_of_others([others | {"expect": "read"}], SPEC)) == 0


def test_a_collection_that_is_absent_gives_no_examples(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    absent = {"name": "Others", "folder": "data/others", "expect": "abstain"}
    assert examples_of_others([absent], SPEC).shape == (0, 8, 8, 1)
