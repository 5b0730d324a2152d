"""The model pages: plain words for everybody, changes for who manages models."""

import json

import pytest
from django.conf import settings

from inference.models import ModelVersion
from tests.factories import make_user
from tests.inference.scenes import make_job, make_study, make_version


def test_a_version_says_first_what_it_never_saw(client, ward):
    version = make_version()
    client.force_login(ward.nurse)
    page = client.get(f"/classifiers/{version.classifier}/{version.version}/").content.decode()
    assert page.index("It has never seen a person.") < page.index("The package")
    assert "never a clearance" in page
    assert version.digest in page


@pytest.mark.parametrize(
    "path",
    sorted(settings.STARTER_MODELS_DIR.glob("*/*/card.json")),
    ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}",
)
def test_a_shipped_card_shows_figures_with_intervals_by_class_and_source(client, ward, path):
    card = json.loads(path.read_text())
    version = make_version(classifier=card["name"], version=card["version"], card=card)
    client.force_login(ward.nurse)
    page = client.get(f"/classifiers/{version.classifier}/{version.version}/").content.decode()
    test = card["metrics"]["test"]
    accuracy = test["balanced_accuracy"]
    shown = f"{accuracy['value']:.2f} ({accuracy['low']:.2f} to {accuracy['high']:.2f})"
    assert shown in page
    assert all(limit.split("'")[0] in page for limit in card["limits"])
    assert all(source in page for source in test["per_source"])


def test_a_broken_package_raises_an_alarm(client, ward):
    version = make_version(broken_because="model.bin was changed.")
    client.force_login(ward.nurse)
    for address in ("/classifiers/", f"/classifiers/{version.classifier}/{version.version}/"):
        page = client.get(address).content.decode()
        assert 'role="alert"' in page
        assert "model.bin was changed." in page


def test_no_model_at_all_is_said(client, ward):
    client.force_login(ward.nurse)
    assert "No model is published." in client.get("/classifiers/").content.decode()


@pytest.fixture
def manager(db):
    return make_user("model manager")


def state_of(version) -> str:
    return ModelVersion.objects.get(pk=version.pk).state


def test_putting_a_version_in_use_retires_the_one_before_after_one_question(client, manager):
    before = make_version(classifier="chest", version="1")
    after = make_version(classifier="chest", version="2", state="draft")
    client.force_login(manager)
    question = client.get("/classifiers/chest/2/active/").content.decode()
    assert "Version 1 is retired" in question
    assert state_of(after) == "draft"
    assert client.post("/classifiers/chest/2/active/").status_code == 302
    assert (state_of(before), state_of(after)) == ("retired", "active")


def test_retiring_takes_a_version_out_of_use(client, manager, ward):
    version = make_version(classifier="chest", version="1")
    make_job(make_study(ward.patient), version)
    client.force_login(manager)
    assert client.post("/classifiers/chest/1/retired/").status_code == 302
    assert state_of(version) == "retired"


@pytest.mark.parametrize("state", ["active", "shadow"])
def test_a_broken_package_is_not_put_in_use(client, manager, state):
    version = make_version(classifier="chest", version="1", state="draft", broken_because="Gone.")
    client.force_login(manager)
    assert client.post(f"/classifiers/chest/1/{state}/").status_code == 404
    assert state_of(version) == "draft"


@pytest.mark.parametrize("role", ["nurse", "clinician", "radiologist"])
def test_only_model_managers_change_a_state(client, ward, role):
    version = make_version(classifier="chest", version="1")
    client.force_login(make_user(role, site=ward.site))
    assert "/retired/" not in client.get("/classifiers/chest/1/").content.decode()
    assert client.post("/classifiers/chest/1/retired/").status_code == 403
    assert state_of(version) == "active"


def test_who_sees_no_models_finds_none(client, db):
    make_version(classifier="chest", version="1")
    client.force_login(make_user("administrator"))
    assert client.get("/classifiers/chest/1/").status_code == 404
    assert client.get("/classifiers/").status_code == 403
