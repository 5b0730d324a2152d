"""Packages on record and in use, by service and by command."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from aicare.errors import Conflict, DomainError
from aicare.models import AuditEvent
from inference.models import InferenceJob, ModelVersion
from inference.publishing import activate, register_package, retire, start_shadow
from tests.factories import make_user
from tests.inference.scenes import make_job, make_study, make_version
from tests.model_packages import change_card, make_gate, make_package

Status = InferenceJob.Status
FAILED = [make_gate("leaks"), make_gate("shortcuts", passed=False)]
OVERRIDE = {
    "reason": "for the research ward alone",
    "gates": ["shortcuts"],
    "by": "a-manager",
    "at": "2026-01-01T00:00:00+00:00",
}


@pytest.fixture
def models(settings, tmp_path, db):
    settings.MODEL_PACKAGES_DIR = tmp_path / "models"
    settings.STARTER_MODELS_DIR = tmp_path / "starter"
    return settings


def make(models, version="1.0.0", root="MODEL_PACKAGES_DIR", **fields) -> Path:
    folder = Path(getattr(models, root)) / "invented" / version
    return make_package(folder, version=version, **fields)


def states():
    return dict(ModelVersion.objects.values_list("version", "state"))


def test_a_package_is_registered_once_with_its_card(models):
    folder = make(models)
    version = register_package(folder, by=None)
    assert register_package(folder, by=None) == version
    assert (version.classifier, version.state) == ("invented", "draft")
    assert version.folder == folder.resolve()
    assert version.card["labels"][0]["code"] == "covid-19"
    assert AuditEvent.objects.filter(action="model.published").count() == 1


def test_a_version_is_never_overwritten(models):
    folder = make(models)
    register_package(folder, by=None)
    change_card(folder, title="Another one")
    with pytest.raises(Conflict):
        register_package(folder, by=None)
    assert ModelVersion.objects.get().card["title"] == "An invented classifier"


def test_a_package_that_is_not_whole_is_refused(models):
    folder = make(models)
    (folder / "model.bin").write_bytes(b"altered")
    with pytest.raises(DomainError, match="not whole"):
        register_package(folder, by=None)


def test_packages_come_from_the_configured_folders_only(models, tmp_path):
    make_package(tmp_path / "elsewhere")
    with pytest.raises(DomainError, match="starter and the models folder"):
        register_package(tmp_path / "elsewhere", by=None)


def test_activation_retires_the_version_before_and_hands_its_queue_over(db):
    old = make_version()
    new = make_version(classifier=old.classifier, version="2.0.0", state="draft")
    done = make_job(make_study(), old, status="succeeded")
    running = make_job(make_study(), old, priority=0)
    InferenceJob.objects.claim(by="somebody", limit=1)
    waiting = make_job(make_study(), old, priority=1)
    activate(model_version=new, by=None)
    assert states() == {"1.0.0": "retired", "2.0.0": "active"}
    of_old = dict(InferenceJob.objects.filter(model_version=old).values_list("pk", "status"))
    assert of_old == {done.pk: "succeeded", running.pk: "running", waiting.pk: "cancelled"}
    given = InferenceJob.objects.get(model_version=new)
    assert (given.study, given.status, given.priority) == (waiting.study, Status.QUEUED, 1)
    assert given.input_digest == waiting.input_digest


def test_a_retired_version_without_successor_leaves_nothing_waiting(db):
    job = make_job(make_study())
    retire(model_version=job.model_version, by=None)
    assert InferenceJob.objects.get().status == Status.CANCELLED


def test_shadow_jobs_of_a_retired_version_are_not_given_to_the_active_one(db):
    shadow = make_version(state="shadow")
    make_version(classifier=shadow.classifier, version="2.0.0")
    make_job(make_study(), shadow, purpose="shadow")
    retire(model_version=shadow, by=None)
    assert InferenceJob.objects.get().status == Status.CANCELLED


def test_activating_twice_changes_nothing(db):
    version = make_version(state="draft")
    activate(model_version=version, by=None)
    activate(model_version=version, by=None)
    assert AuditEvent.objects.filter(action="model.active").count() == 1


def test_an_active_version_cannot_slip_into_the_shadow(db):
    with pytest.raises(Conflict):
        start_shadow(model_version=make_version(), by=None)


def test_starter_models_become_active_and_a_second_call_changes_nothing(models):
    make(models, root="STARTER_MODELS_DIR")
    for _ in range(2):
        call_command("register_starter_models", verbosity=0)
        assert states() == {"1.0.0": "active"}


def test_a_newer_starter_model_takes_over_whatever_its_digits(models):
    for version in ("1.10.0", "1.9.0"):
        make(models, version, root="STARTER_MODELS_DIR")
    call_command("register_starter_models", verbosity=0)
    assert states() == {"1.9.0": "retired", "1.10.0": "active"}


def test_a_starter_model_that_says_so_starts_in_the_shadow(models):
    make(models, root="STARTER_MODELS_DIR", state="shadow")
    call_command("register_starter_models", verbosity=0)
    assert states() == {"1.0.0": "shadow"}


def test_published_models_wait_for_a_person_and_what_people_chose_stands(models):
    make(models, "2.0.0")
    call_command("register_starter_models", verbosity=0)
    assert states() == {"2.0.0": "draft"}
    call_command("activate_model", "invented", "2.0.0", verbosity=0)
    make(models, "3.0.0", root="STARTER_MODELS_DIR")
    call_command("register_starter_models", verbosity=0)
    assert states() == {"2.0.0": "active", "3.0.0": "draft"}


def test_one_broken_package_does_not_hide_the_others(models):
    (make(models, "1.0.0", root="STARTER_MODELS_DIR") / "model.bin").unlink()
    make(models, "2.0.0", root="STARTER_MODELS_DIR")
    with pytest.raises(CommandError, match="1 package"):
        call_command("register_starter_models", verbosity=0)
    assert states() == {"2.0.0": "active"}


def test_a_run_is_published_as_a_draft_and_activated_by_name(models, tmp_path):
    make_package(tmp_path / "run" / "package")
    call_command("publish_model", str(tmp_path / "run"), verbosity=0)
    assert states() == {"1.0.0": "draft"}
    shutil.rmtree(tmp_path / "run")
    call_command("activate_model", "invented", "1.0.0", verbosity=0)
    assert states() == {"1.0.0": "active"}
    call_command("activate_model", "invented", "1.0.0", "--retire", verbosity=0)
    assert states() == {"1.0.0": "retired"}


@pytest.mark.parametrize(
    "command",
    [
        ("publish_model", "/nowhere"),
        ("activate_model", "invented", "9.9.9"),
        ("activate_model", "invented", "1.0.0", "--by", "nobody"),
    ],
)
def test_a_command_that_cannot_says_so_in_one_line(models, command):
    register_package(make(models), by=None)
    with pytest.raises(CommandError) as refused:
        call_command(*command, verbosity=0)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"override": None},
        {"override": OVERRIDE | {"gates": ["leaks"]}},
        {"override": OVERRIDE | {"reason": " "}},
    ],
)
@pytest.mark.parametrize("root", ["MODEL_PACKAGES_DIR", "STARTER_MODELS_DIR"])
def test_a_package_that_failed_a_check_without_a_reason_is_not_registered(models, root, fields):
    folder = make(models, root=root, gates=FAILED, **fields)
    with pytest.raises(DomainError, match="Title of shortcuts"):
        register_package(folder, by=None)
    with pytest.raises(CommandError, match="1 package"):
        call_command("register_starter_models", verbosity=0)
    assert states() == {}


def test_a_starter_model_with_its_reason_on_the_card_is_registered(models):
    make(models, root="STARTER_MODELS_DIR", gates=FAILED, override=OVERRIDE)
    call_command("register_starter_models", verbosity=0)
    assert states() == {"1.0.0": "active"}
    event = AuditEvent.objects.get(action="model.published")
    assert event.detail == "invented 1.0.0, overriding shortcuts"


def test_a_package_from_before_there_were_checks_is_registered(models):
    folder = make(models, root="STARTER_MODELS_DIR", gates=[])
    assert register_package(folder, by=None).state == "draft"


def test_a_run_that_failed_a_check_is_published_with_a_reason_only(models, tmp_path):
    make_package(tmp_path / "run" / "package", gates=FAILED)
    manager = make_user("model manager")
    arguments = ("publish_model", str(tmp_path / "run"))
    with pytest.raises(CommandError, match="shortcuts"):
        call_command(*arguments, verbosity=0)
    with pytest.raises(CommandError, match="at least 10"):
        call_command(*arguments, "--override", "because", verbosity=0)
    assert states() == {}
    reason = ("--override", "for the research ward alone", "--by", manager.username)
    for _ in range(2):
        call_command(*arguments, *reason, verbosity=0)
    version = ModelVersion.objects.get()
    assert version.state == "draft"
    assert version.card["override"]["by"] == manager.username
    assert version.created_by == manager
    assert AuditEvent.objects.get(action="model.published").user == manager
    said = StringIO()
    call_command("activate_model", "invented", "1.0.0", stdout=said)
    assert "Published although a check failed: “Title of shortcuts”." in said.getvalue()
