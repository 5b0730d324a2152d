"""The command that looks at a classifier from the terminal."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from inference import classifier as classifiers
from tests.model_packages import BrightnessEngine, make_package


@pytest.fixture
def package(monkeypatch, tmp_path):
    monkeypatch.setitem(
        classifiers.ENGINES, "openvino", lambda folder, **settings: BrightnessEngine()
    )
    return make_package(tmp_path / "package")


@pytest.fixture
def picture(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 100, (60, 50)).astype(np.uint8)
    pixels[:30] += 150
    Image.fromarray(pixels).save(tmp_path / "bright.png")
    return tmp_path / "bright.png"


def predict(*files, **options):
    output = StringIO()
    call_command("predict_image", *files, stdout=output, **options)
    return output.getvalue()


def test_a_table_names_labels_probabilities_and_calls(package, picture):
    output = predict(picture, package=package)
    assert "bright.png" in output
    assert "Covid-19" in output
    assert "positive" in output
    assert "(reference)" in output


def test_json_holds_one_entry_per_file(package, picture, tmp_path):
    Image.new("L", (40, 40)).save(tmp_path / "blank.png")
    answers = json.loads(predict(picture, tmp_path / "blank.png", package=package, json=True))
    assert [answer["abstained_because"] for answer in answers] == ["", "blank_image"]
    assert answers[0]["findings"][0]["call"] == "positive"
    assert answers[1]["findings"] == []


def test_a_16_bit_picture_is_read_as_such(package, picture, tmp_path):
    deep = np.asarray(Image.open(picture)).astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "deep.png")
    first, second = json.loads(predict(picture, tmp_path / "deep.png", package=package, json=True))
    assert first["findings"] == second["findings"]


@pytest.mark.parametrize("content", [b"just text", b"\x89PNG\r\n\x1a\n broken", b""])
def test_what_is_no_picture_is_named_and_the_others_are_read(package, picture, tmp_path, content):
    (tmp_path / "note.png").write_bytes(content)
    output, errors = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 of 2 files could not be read"):
        call_command(
            "predict_image",
            tmp_path / "note.png",
            picture,
            package=package,
            stdout=output,
            stderr=errors,
        )
    assert "note.png" in errors.getvalue()
    assert "note.png" not in output.getvalue()
    assert "bright.png" in output.getvalue()


def test_a_broken_package_is_one_clear_line(package, picture):
    (package / "model.bin").write_bytes(b"changed")
    with pytest.raises(CommandError, match=r"model\.bin was changed"):
        predict(picture, package=package)
