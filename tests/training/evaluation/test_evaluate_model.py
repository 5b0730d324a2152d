"""A package is measured on other data: all of it or one class, kept where it belongs."""

import csv
import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from inference import classifier as classifiers
from inference.packages import digest_of, read_card, verify_package
from tests.model_packages import BrightnessEngine, make_package
from tests.training.test_run import RECIPE
from training.datasets.reading import read_dataset
from training.evaluation.known import write_known

CLASSES = ("covid", "viral_pneumonia", "normal")
ALWAYS_FAMILIAR = {"method": "invented", "threshold": 2.0, "rule": "invented"}


@pytest.fixture
def place(tmp_path, settings, monkeypatch):
    """Return the folder of everything: a run with a package, and nothing published."""
    monkeypatch.setitem(
        classifiers.ENGINES, "openvino", lambda folder, **settings: BrightnessEngine()
    )
    settings.DATA_DIR = tmp_path / "platform"
    settings.MODEL_PACKAGES_DIR = tmp_path / "platform" / "models"
    make_package(
        tmp_path / "run" / "package",
        training={"recipe": RECIPE},
        out_of_distribution=ALWAYS_FAMILIAR,
    )
    return tmp_path


def make_picture(seed, brightness_of_top):
    pixels = np.random.default_rng(seed).integers(0, 156, (60, 50))
    pixels[:30] += round(100 * brightness_of_top)
    pixels[30:] += round(100 * (1 - brightness_of_top))
    return Image.fromarray(pixels.astype(np.uint8))


def make_hospital(folder, *, classes=CLASSES, of_each=6, seed=1):
    """Write a folder per class; the brighter the top, the more it looks like COVID-19."""
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for index in range(of_each):
            bright = 0.9 if name == "covid" and index else 0.5 if name == "normal" else 0.1
            picture = make_picture(seed * 1000 + number * 100 + index, bright)
            picture.save(folder / name / f"{seed}-{index}.png")
    return folder


def evaluate(place, package="run/package", **options):
    """Return what the command printed as JSON, and what it said."""
    out, err = StringIO(), StringIO()
    call_command("evaluate_model", place / package, stdout=out, stderr=err, json=True, **options)
    return json.loads(out.getvalue()), err.getvalue()


def test_an_unpublished_package_gets_the_page_and_the_figures(place):
    before = digest_of(place / "run" / "package")
    figures, _ = evaluate(place, data=make_hospital(place / "Elsewhere General"))
    package = place / "run" / "package"
    assert digest_of(package) != before
    card = verify_package(package, digest_of(package))
    (entry,) = card.metrics["external"]
    assert entry["name"] == "Elsewhere General"
    assert entry["balanced_accuracy"] == figures["balanced_accuracy"]
    html = (package / entry["report"]).read_text()
    assert "Measured on Elsewhere General (other data): 18 pictures" in html
    assert "<img" not in html


def test_measuring_the_same_data_again_replaces_the_page(place):
    data = make_hospital(place / "elsewhere")
    for _ in range(2):
        evaluate(place, data=data)
    evaluate(place, data=data, name="the same by another name")
    names = [one["name"] for one in read_card(place / "run" / "package").metrics["external"]]
    assert names == ["elsewhere", "the same by another name"]


@pytest.mark.parametrize("which", ["run/package", "platform/models/invented/1.0.0"])
def test_a_published_package_stays_as_it_was(place, which):
    published = place / "platform" / "models" / "invented" / "1.0.0"
    make_package(published, training={"recipe": RECIPE}, out_of_distribution=ALWAYS_FAMILIAR)
    before = {path: path.read_bytes() for path in (place / which).rglob("*") if path.is_file()}
    evaluate(place, which, data=make_hospital(place / "elsewhere"))
    after = {path: path.read_bytes() for path in (place / which).rglob("*") if path.is_file()}
    assert after == before
    kept = place / "platform" / "evaluations" / "invented" / "1.0.0"
    assert {path.name for path in kept.iterdir()} == {
        "external-elsewhere.html", "external-elsewhere.json",
    }  # fmt: skip
    assert "<img" not in (kept / "external-elsewhere.html").read_text()


@pytest.mark.parametrize("is_published", [False, True])
def test_the_page_with_pictures_goes_only_where_it_is_asked(place, is_published):
    if is_published:
        make_package(place / "platform" / "models" / "invented" / "1.0.0")
    evaluate(place, data=make_hospital(place / "elsewhere"), out=place / "out")
    (kept,) = [path for path in place.rglob("external-*.html") if "out" not in path.parts]
    assert "<img" not in kept.read_text()
    html = (place / "out" / "report.html").read_text()
    assert "data:image/jpeg;base64," in html
    assert "covid/1-0.png" in html
    assert (place / "out" / "metrics.json").is_file()


def known(place, data):
    """Note ``data`` as what the run was made with, as training does."""
    codes = {"covid": "covid-19", "viral_pneumonia": "viral-pneumonia", "normal": "normal"}
    write_known(read_dataset(data, codes, cache=place / "cache"), place / "run")


def test_its_own_pictures_are_no_external_validation(place):
    data = make_hospital(place / "own")
    known(place, data)
    before = digest_of(place / "run" / "package")
    figures, _ = evaluate(place, data=data, out=place / "out")
    assert figures["pictures"] == 18
    assert digest_of(place / "run" / "package") == before
    assert "of the data that it was made with" in (place / "out" / "report.html").read_text()


def test_pictures_that_it_knows_are_left_out_of_other_data(place):
    own = make_hospital(place / "own", of_each=2)
    known(place, own)
    mixed = make_hospital(place / "mixed", seed=2)
    for name in CLASSES:
        (mixed / name / "copy.png").write_bytes((own / name / "1-0.png").read_bytes())
    figures, said = evaluate(place, data=mixed)
    assert (figures["pictures"], figures["known_left_out"]) == (18, 3)
    assert "3 of 21 pictures, or their patients, are among those it was made with" in said


def test_other_pictures_of_a_known_patient_are_left_out_too(place):
    own = make_hospital(place / "own", of_each=2)
    write_list(own, "ann")
    known(place, own)
    other = make_hospital(place / "other", seed=3)
    write_list(other, "ben", "ann")
    figures, _ = evaluate(place, data=other)
    assert (figures["pictures"], figures["known_left_out"]) == (9, 9)


def write_list(folder, *patients):
    files = sorted(folder.rglob("*.png"))
    rows = [
        (path.relative_to(folder).as_posix(), path.parent.name, patients[index % len(patients)])
        for index, path in enumerate(files)
    ]
    with (folder / "labels.csv").open("w", newline="") as handle:
        csv.writer(handle).writerows([("file", "label", "patient_id"), *rows])


def test_one_class_gives_its_share_and_says_what_it_cannot(place):
    out = StringIO()
    data = make_hospital(place / "elsewhere", classes=("covid",))
    call_command("evaluate_model", place / "run" / "package", data=data, stdout=out)
    said = out.getvalue()
    assert "COVID-19: every picture has it, so no specificity" in said.replace("Covid", "COVID")
    assert "covid-19: sensitivity 0.833" in said
    assert "viral-pneumonia: specificity" in said
    assert "balanced accuracy not measurable" not in said


def test_abstentions_are_counted_and_left_out(place):
    data = make_hospital(place / "elsewhere")
    Image.new("L", (60, 50), 128).save(data / "covid" / "blank.png")
    figures, _ = evaluate(place, data=data)
    silent = figures["abstentions"]
    assert (figures["pictures"], figures["abstained"], silent["of"]) == (18, 1, 19)
    assert silent["reasons"] == {"blank_image": 1}
    assert silent["per_class"]["covid-19"]["value"] == pytest.approx(1 / 7, abs=1e-4)
    assert silent["per_class"]["normal"]["value"] == 0.0


def test_words_of_another_hospital_can_be_told(place):
    data = make_hospital(place / "elsewhere")
    (data / "covid").rename(data / "sars-cov-2")
    (data / "viral_pneumonia").rename(data / "fracture")
    with pytest.raises(CommandError, match=r"does not know the label"):
        evaluate(place, data=data)
    figures, _ = evaluate(place, data=data, label=["sars-cov-2=covid-19"], ignore=["fracture"])
    assert figures["per_class"]["covid-19"]["pictures"] == 6
    assert figures["per_class"]["viral-pneumonia"]["pictures"] == 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"label": ["word=nothing"]}, "write WORD=CODE"),
        ({"label": ["covid-19"]}, "write WORD=CODE"),
        ({"split": "test"}, "says no splits"),
        ({"package": "nowhere"}, "no readable card"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_line(place, options, reason):
    with pytest.raises(CommandError, match=reason):
        evaluate(place, data=make_hospital(place / "elsewhere"), **options)


def test_a_package_that_abstains_from_everything_is_not_measured(place):
    data = place / "elsewhere"
    for name in CLASSES:
        (data / name).mkdir(parents=True)
        Image.new("L", (60, 50), 90).save(data / name / "blank.png")
    with pytest.raises(CommandError, match="abstained from all 3"):
        evaluate(place, data=data)


def test_a_package_without_a_recipe_cannot_say_what_its_labels_are_called(place):
    make_package(place / "bare", out_of_distribution=ALWAYS_FAMILIAR)
    with pytest.raises(CommandError, match="holds no recipe"):
        evaluate(place, "bare", data=make_hospital(place / "elsewhere"))


def test_a_picture_is_read_as_the_platform_reads_it(place):
    data = make_hospital(place / "elsewhere")
    picture = make_picture(7, 0.9)
    # Stored on its head with a note that says so, as cameras do.
    turned = picture.rotate(180)
    exif = turned.getexif()
    exif[0x0112] = 3
    turned.save(data / "covid" / "turned.jpg", exif=exif, quality=100)
    figures, _ = evaluate(place, data=data, out=place / "out")
    assert figures["per_class"]["covid-19"]["recall"]["value"] == pytest.approx(6 / 7, abs=1e-4)
