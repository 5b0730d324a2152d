"""Whatever form the data come in, each picture gets its own label or a clear line says why not."""

import numpy as np
import pytest

from tests.training.datasets.collections import (
    make_class_folders,
    make_zip,
    person,
    save,
    settings,
    write_csv,
)
from tests.training.pictures import make_dataset_folder, read_labels, write_labels
from training.datasets.dataset import Box
from training.datasets.reading import read_dataset
from training.errors import TrainingError

CODES = {"covid": "covid-19", "viral_pneumonia": "viral-pneumonia", "normal": "normal"}
TWO = {"mass": "mass", "normal": "no-mass"}


@pytest.fixture
def folder(tmp_path):
    return make_dataset_folder(tmp_path / "data", of_each=2, side=40)


@pytest.fixture
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def read(cache):
    def read(place, codes=TWO, exclusive=False, **given):
        return read_dataset(place, codes, settings(**given), cache=cache, exclusive=exclusive)

    return read


def labels_of(dataset):
    return dict(zip(dataset.files.tolist(), dataset.words(), strict=True))


# --- a folder with labels.csv ---------------------------------------------------------------------


def test_pictures_keep_label_source_patient_and_split(folder, read):
    dataset = read(folder, CODES)
    assert len(dataset) == 36
    assert dataset.codes == ("covid-19", "viral-pneumonia", "normal")
    assert len(dataset.split("val")) == 12
    assert dataset.counts()["test"]["normal"] == {"north": 2, "south": 2}


def test_what_labels_csv_does_not_list_is_not_read(folder, read):
    before = read(folder, CODES)
    save(person(900), folder / ".ipynb_checkpoints" / "0001.png")
    save(person(901), folder / "stray" / "0001.png")
    assert read(folder, CODES).fingerprint() == before.fingerprint()


def test_an_unknown_split_is_refused(folder, read):
    rows = read_labels(folder)
    rows[3][4] = "holdout"
    write_labels(folder, rows)
    with pytest.raises(TrainingError, match="unknown split 'holdout'"):
        read(folder, CODES)


def test_a_split_for_some_pictures_only_is_refused(folder, read):
    rows = read_labels(folder)
    rows[3][4] = ""
    write_labels(folder, rows)
    with pytest.raises(TrainingError, match="1 of 36 pictures have no split"):
        read(folder, CODES)


def test_a_file_that_is_not_the_listed_one_is_refused(folder, read):
    save(person(900), folder / read_labels(folder)[0][0])
    with pytest.raises(TrainingError, match=r"not the ones that were listed.*covid/0001\.png"):
        read(folder, CODES)


def test_a_row_for_a_missing_file_is_refused_by_name(folder, read):
    (folder / "normal" / "0010.png").unlink()
    with pytest.raises(TrainingError, match=r"lists 1 of 36 files .*normal/0010\.png"):
        read(folder, CODES)


def test_a_row_may_not_point_outside_the_folder(folder, read):
    rows = read_labels(folder)
    rows[0][0] = "../secret.png"
    write_labels(folder, rows)
    with pytest.raises(TrainingError, match="does not lie in the data folder"):
        read(folder, CODES)


def test_the_fingerprint_changes_with_a_label_not_with_the_order(folder, read):
    rows = read_labels(folder)
    before = read(folder, CODES).fingerprint()
    write_labels(folder, rows[::-1])
    assert read(folder, CODES).fingerprint() == before
    rows[0][1] = "normal"
    write_labels(folder, rows)
    assert read(folder, CODES).fingerprint() != before


def test_labels_may_be_written_with_other_case_and_spaces(tmp_path, read):
    save(person(1), tmp_path / "a.png")
    write_csv(tmp_path / "labels.csv", ("file", "label"), ("a.png", "Viral Pneumonia"))
    assert labels_of(read(tmp_path, CODES)) == {"a.png": "viral-pneumonia"}


# --- a folder per class ---------------------------------------------------------------------------


def test_folders_are_classes_and_hidden_ones_are_not(tmp_path, read):
    make_class_folders(tmp_path, mass=[1, 2], normal=[3])
    for litter in (".ipynb_checkpoints/001.png", "__MACOSX/mass/001.png", "mass/.hidden.png"):
        save(person(9), tmp_path / litter)
    for litter in ("mass/Thumbs.db", "normal/.DS_Store", "README.md"):
        (tmp_path / litter).write_bytes(b"x")
    dataset = read(tmp_path)
    assert labels_of(dataset) == {
        "mass/001.png": "mass",
        "mass/002.png": "mass",
        "normal/003.png": "no-mass",
    }
    assert dataset.remarks == ()
    assert set(dataset.splits) == {""}
    assert len(set(dataset.digests)) == 3


def test_folders_of_splits_may_lie_above_the_classes(tmp_path, read):
    for split in ("train", "valid", "test"):
        make_class_folders(tmp_path / split, mass=[1], normal=[2])
    dataset = read(tmp_path)
    assert sorted(set(dataset.splits.tolist())) == ["test", "train", "val"]
    assert labels_of(dataset)["valid/mass/001.png"] == "mass"


def test_an_unexpected_class_stops_with_its_name(tmp_path, read):
    make_class_folders(tmp_path, mass=[1], normal=[2], hernia=[3])
    with pytest.raises(TrainingError, match="does not know the label 'hernia'"):
        read(tmp_path)


def test_a_class_may_be_ignored_on_purpose(tmp_path, read):
    make_class_folders(tmp_path, mass=[1], normal=[2], hernia=[3])
    dataset = read(tmp_path, ignore=("hernia",))
    assert len(dataset) == 2
    assert dataset.remarks == ("1 pictures left out: the recipe ignores their labels.",)


def test_a_class_may_mean_no_finding(tmp_path, read):
    make_class_folders(tmp_path, mass=[1], hernia=[3])
    dataset = read(tmp_path, {"mass": "mass"}, without_finding=("hernia",))
    assert dataset.targets.tolist() == [[0.0], [1.0]]


def test_an_absent_place_is_one_clear_line(tmp_path, read):
    with pytest.raises(TrainingError, match=r"nothing at .* --data"):
        read(tmp_path / "nowhere")


def test_an_empty_folder_is_one_clear_line(tmp_path, read):
    with pytest.raises(TrainingError, match=r"neither labels\.csv nor a folder per class"):
        read(tmp_path)


def test_a_file_of_another_kind_is_one_clear_line(tmp_path, read):
    (tmp_path / "data.tar").write_bytes(b"x")
    with pytest.raises(TrainingError, match="neither a folder, nor"):
        read(tmp_path / "data.tar")


# --- pictures that cannot be read -----------------------------------------------------------------


def test_an_unreadable_picture_is_named_and_left_out(tmp_path, read):
    make_class_folders(tmp_path, mass=[1, 2, 3], normal=[4, 5])
    whole = (tmp_path / "mass" / "001.png").read_bytes()
    (tmp_path / "mass" / "001.png").write_bytes(whole[:-300])
    (tmp_path / "normal" / "notes.txt").write_text("not a picture")
    save(person(6, 12), tmp_path / "normal" / "icon.png")
    dataset = read(tmp_path)
    assert len(dataset) == 4
    remarks = "\n".join(dataset.remarks)
    for name in ("mass/001.png", "normal/notes.txt", "normal/icon.png"):
        assert f"{name} left out: " in remarks
    assert read(tmp_path).remarks == dataset.remarks


def test_nothing_but_unreadable_pictures_is_one_clear_line(tmp_path, read):
    make_class_folders(tmp_path, mass=[1])
    (tmp_path / "mass" / "001.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    with pytest.raises(TrainingError, match="none of 1 files is a picture"):
        read(tmp_path)


# --- label files of public collections ------------------------------------------------------------


def test_chest_x_ray8_is_read_as_it_comes(tmp_path, read):
    for number, place in ((1, "images_001/images"), (2, "images_002/images"), (3, "")):
        save(person(number), tmp_path / place / f"0000000{number}_000.png")
    path = write_csv(
        tmp_path / "Data_Entry_2017.csv",
        [
            "Image Index",
            "Finding Labels",
            "Follow-up #",
            "Patient ID",
            "Patient Age",
            "Patient Gender",
            "View Position",
            "OriginalImage[Width",
            "Height]",
            "OriginalImagePixelSpacing[x",
            "y]",
            "",
        ],
        ["00000001_000.png", "Mass|Hernia", 0, 1, "058Y", "M", "PA", 2682, 2749, 0.143, 0.143, ""],
        ["00000002_000.png", "No Finding", 1, 1, "412Y", "F", "AP", 2682, 2749, 0.143, 0.143, ""],
        ["00000003_000.png", "Hernia", 0, 2, "018M", "", "", 2682, 2749, 0.143, 0.143, ""],
    )
    for place in (path, tmp_path):
        dataset = read(place, {"Mass": "mass", "Hernia": "hernia"}, without_finding=("No Finding",))
        assert dataset.files.tolist()[0] == "images_001/images/00000001_000.png"
        assert dataset.targets.tolist() == [[1, 1], [0, 0], [0, 1]]
        assert dataset.patients.tolist() == ["1", "1", "2"]
        assert dataset.ages[[0, 2]].tolist() == [58.0, 1.5]
        assert np.isnan(dataset.ages[1])
        assert dataset.sexes.tolist() == ["M", "F", ""]
        assert dataset.views.tolist() == ["PA", "AP", ""]
        assert any("412Y" in remark for remark in dataset.remarks)


def test_a_bare_name_that_two_folders_hold_is_refused(tmp_path, read):
    save(person(1), tmp_path / "x" / "a.png")
    save(person(2), tmp_path / "y" / "a.png")
    write_csv(tmp_path / "labels.csv", ("file", "label"), ("a.png", "mass"))
    with pytest.raises(TrainingError, match=r"a\.png may be x/a\.png or y/a\.png"):
        read(tmp_path)


def chexpert(folder):
    """Write four pictures as CheXpert lists them; the third mass is uncertain."""
    rows = []
    for number, mass in ((1, "1.0"), (2, ""), (3, "-1.0"), (4, "0.0")):
        place = f"train/patient0000{number}/study1/view1_frontal.png"
        save(person(number), folder / place)
        nothing = "1.0" if number == 2 else ""
        rows.append([f"{folder.name}/{place}", "Female", 68, "Frontal", "AP", nothing, mass, "1.0"])
    header = [
        "Path",
        "Sex",
        "Age",
        "Frontal/Lateral",
        "AP/PA",
        "No Finding",
        "Lung Lesion",
        "Support Devices",
    ]
    write_csv(folder / "train.csv", header, *rows)
    return folder / "train.csv"


@pytest.mark.parametrize(
    ("uncertain", "mark"), [("negative", 0.0), ("positive", 1.0), ("left_out", None)]
)
def test_chexpert_with_uncertain_labels_is_read_as_asked(tmp_path, read, uncertain, mark):
    place = chexpert(tmp_path / "CheXpert-v1.0-small")
    codes = {"Lung Lesion": "lesion", "No Finding": "nothing"}
    dataset = read(place, codes, uncertain=uncertain)
    lesion = dataset.targets[:, 0].tolist()
    assert lesion[:2] == [1.0, 0.0]
    assert lesion[3] == 0.0
    assert np.isnan(lesion[2]) if mark is None else lesion[2] == mark
    assert dataset.patients.tolist() == [f"patient0000{number}" for number in (1, 2, 3, 4)]
    assert dataset.views.tolist() == ["AP"] * 4
    assert dataset.sexes.tolist() == ["F"] * 4


def test_with_one_label_a_picture_whose_label_is_uncertain_is_left_out(tmp_path, read):
    place = chexpert(tmp_path / "CheXpert-v1.0-small")
    dataset = read(place, {"Lung Lesion": "lesion"}, uncertain="left_out")
    assert len(dataset) == 3
    assert dataset.remarks == ("1 pictures left out: their labels are uncertain.",)


@pytest.mark.parametrize(
    ("uncertain", "left"), [("negative", ["b.png"]), ("positive", ["a.png", "b.png"])]
)
def test_an_uncertain_word_in_an_exclusive_data_set(tmp_path, read, uncertain, left):
    for name in "abc":
        save(person(ord(name)), tmp_path / f"{name}.png")
    rows = [("file", "label"), ("a.png", "?mass"), ("b.png", "normal"), ("c.png", "?normal")]
    rows[-1:] = [] if uncertain == "positive" else rows[-1:]
    write_csv(tmp_path / "labels.csv", *rows)
    dataset = read(tmp_path, exclusive=True, uncertain=uncertain)
    assert dataset.files.tolist() == left
    assert dataset.is_exclusive


def test_softmax_refuses_a_picture_with_two_labels(tmp_path, read):
    save(person(1), tmp_path / "a.png")
    write_csv(tmp_path / "labels.csv", ("file", "label"), ("a.png", "mass|normal"))
    with pytest.raises(TrainingError, match=r"a\.png \(mass and normal\) has 2 of .*sigmoid"):
        read(tmp_path, exclusive=True)
    assert read(tmp_path).targets.tolist() == [[1, 1]]


def test_another_hospital_may_send_one_class_only(tmp_path, read):
    make_class_folders(tmp_path, mass=[1, 2])
    assert labels_of(read(tmp_path)) == {"mass/001.png": "mass", "mass/002.png": "mass"}


# --- boxes ----------------------------------------------------------------------------------------


def test_boxes_beside_the_labels_are_fractions_of_their_picture(tmp_path, read):
    for number in (1, 2):
        save(person(number, 50), tmp_path / f"{number}.png")
    write_csv(tmp_path / "labels.csv", ("file", "label"), ("1.png", "mass"), ("2.png", "normal"))
    header = ["Image Index", "Finding Label", "Bbox [x", "y", "w", "h]", "", "", ""]
    write_csv(
        tmp_path / "BBox_List_2017.csv",
        header,
        ["1.png", "Mass", 10, 20, 25, 5, "", "", ""],
        ["1.png", "Nodule", 1, 1, 2, 2, "", "", ""],
        ["elsewhere.png", "Mass", 1, 1, 2, 2, "", "", ""],
    )
    dataset = read(tmp_path, boxes="BBox_List_2017.csv")
    assert dataset.boxes == {"1.png": (Box("mass", 0.2, 0.4, 0.5, 0.1),)}
    assert dataset.remarks == ("1 boxes left out: their picture does not bear their label.",)


def test_data_without_the_recipes_list_of_boxes_are_read_all_the_same(tmp_path, read):
    make_class_folders(tmp_path, mass=[1], normal=[2])
    dataset = read(tmp_path, boxes="boxes.csv")
    assert dataset.boxes == {}
    assert dataset.remarks == (f"No boxes: there is no boxes.csv in {tmp_path}.",)


# --- zips -----------------------------------------------------------------------------------------


def test_a_zip_of_either_form_is_read_once(tmp_path, folder, read, cache):
    dataset = read(make_zip(tmp_path / "labels.zip", folder, inside="data/"), CODES)
    assert dataset.fingerprint() == read(folder, CODES).fingerprint()
    assert dataset.folder.is_relative_to(cache)
    classes = make_class_folders(tmp_path / "classes", mass=[1], normal=[2])
    again = [read(make_zip(tmp_path / "classes.zip", classes)) for _ in range(2)]
    assert labels_of(again[0]) == {"mass/001.png": "mass", "normal/002.png": "no-mass"}
