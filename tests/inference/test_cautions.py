"""What must be known of a model stands wherever the model is shown."""

import hashlib

import pytest

from inference.cautions import cautions, override_text, unanswered_gates, view_text
from inference.models import ModelVersion
from tests.factories import make_user
from tests.inference.scenes import make_card, make_report, make_study, make_version
from tests.model_packages import make_gate

REASON = "for the research ward alone"
LINE = f"Published although a check failed: “Title of shortcuts”. Reason: {REASON}."
OVERRIDE = {
    "reason": REASON,
    "gates": ["shortcuts"],
    "by": "a-manager",
    "at": "2026-01-01T00:00:00+00:00",
}
DOUBTFUL = {
    "gates": [make_gate("leaks"), make_gate("shortcuts", passed=False)],
    "override": OVERRIDE,
    "applies_to": [{"modality": "DX", "body_part": "CHEST", "view": ["PA", "AP"]}],
}


def test_the_line_names_checks_and_reason():
    assert override_text(make_card(**DOUBTFUL)) == LINE


def test_several_failed_checks_are_counted():
    gates = [make_gate("shortcuts", passed=False), make_gate("minimum-data", passed=False)]
    both = OVERRIDE | {"gates": ["shortcuts", "minimum-data"]}
    text = override_text(make_card(gates=gates, override=both))
    assert text.startswith(
        "Published although 2 checks failed: “Title of shortcuts”; “Title of minimum-data”."
    )


@pytest.mark.parametrize("card", [make_card(), make_card(override=None), {"applies_to": []}])
def test_a_model_that_passed_or_was_never_checked_has_no_line(card):
    assert override_text(card) == ""
    assert cautions(card) == []


@pytest.mark.parametrize(
    ("override", "unanswered"),
    [
        (None, ["shortcuts"]),
        (OVERRIDE, []),
        (OVERRIDE | {"gates": []}, ["shortcuts"]),
        (OVERRIDE | {"reason": "  "}, ["shortcuts"]),
    ],
)
def test_only_a_reason_that_names_the_check_answers_it(override, unanswered):
    card = make_card(**DOUBTFUL | {"override": override})
    assert [gate["name"] for gate in unanswered_gates(card)] == unanswered


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (None, ""),
        ("PA", "Made for the view PA; the view of this picture is not on record."),
        (["PA", "AP"], "Made for the view PA or AP; the view of this picture is not on record."),
        (
            ["PA", "AP", "AP supine"],
            "Made for the view PA, AP or AP supine; the view of this picture is not on record.",
        ),
    ],
)
def test_an_unknown_view_is_said_where_the_model_names_views(view, words):
    scope = {"modality": "DX", "body_part": "CHEST"} | ({"view": view} if view else {})
    assert view_text(make_card(applies_to=[scope, scope])) == words


@pytest.fixture
def scene(ward, client):
    """A clinician, a study, and the unsigned answer of a model that failed a check."""
    version = make_version(card=make_card(**DOUBTFUL))
    study = make_study(ward.patient)
    report = make_report(study, version=version)
    client.force_login(ward.clinician)
    return version, study, report


ADDRESSES = {
    "list of models": "/classifiers/",
    "page of the model": "/classifiers/{version.classifier}/{version.version}/",
    "reading room": "/studies/{study.pk}/",
    "summary": "/patients/{study.patient.pk}/",
    "REST: classifiers": "/api/v1/classifiers/",
    "REST: report": "/api/v1/diagnostic-reports/{report.pk}/",
    "REST: summary": "/api/v1/patients/{study.patient.pk}/summary/",
}


@pytest.mark.parametrize("place", ADDRESSES)
def test_the_reason_stands_wherever_the_model_is_shown(client, scene, place):
    version, study, report = scene
    answer = client.get(ADDRESSES[place].format(version=version, study=study, report=report))
    assert answer.status_code == 200
    assert LINE in answer.content.decode()


@pytest.mark.parametrize("place", ["reading room", "summary", "REST: report", "REST: summary"])
def test_an_unknown_view_is_said_beside_every_answer(client, scene, place):
    version, study, report = scene
    answer = client.get(ADDRESSES[place].format(version=version, study=study, report=report))
    assert "the view of this picture is not on record" in answer.content.decode()


def test_who_puts_it_in_use_is_told_again(client, db):
    version = make_version(card=make_card(**DOUBTFUL), state=ModelVersion.State.DRAFT)
    client.force_login(make_user("model manager"))
    page = client.get(f"/classifiers/{version.classifier}/{version.version}/active/")
    assert LINE in page.content.decode()


def test_the_model_page_shows_every_check_with_its_figures(client, scene):
    version, _, _ = scene
    page = client.get(f"/classifiers/{version.classifier}/{version.version}/").content.decode()
    assert "What shortcuts found." in page
    assert page.count("passed</td>") == 1
    assert "<b>failed</b>" in page
    assert "a-manager" in page


def test_a_card_from_before_there_were_checks_has_no_table_of_them(client, db):
    version = make_version(
        card={key: value for key, value in make_card().items() if key != "gates"}
    )
    client.force_login(make_user("model manager"))
    page = client.get(f"/classifiers/{version.classifier}/{version.version}/").content.decode()
    assert "checked before" not in page


@pytest.fixture
def reported(settings, tmp_path, db):
    """A model whose package has a report."""
    settings.MODEL_PACKAGES_DIR = tmp_path
    path = tmp_path / "invented" / "1.0.0" / "report" / "report.html"
    path.parent.mkdir(parents=True)
    path.write_text("<!doctype html><title>Report</title><style>p{color:red}</style><p>AUC")
    card = make_card(files={"report/report.html": hashlib.sha256(path.read_bytes()).hexdigest()})
    return make_version(card=card, package_path="models/invented/1.0.0"), path


def address_of(version) -> str:
    return f"/classifiers/{version.classifier}/{version.version}/report/"


def test_the_report_is_shown_as_written_with_its_styles_and_nothing_else(client, reported):
    version, path = reported
    client.force_login(make_user("model manager"))
    answer = client.get(address_of(version))
    assert answer.content == path.read_bytes()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "connect-src 'none'" in policy
    page = client.get(address_of(version).removesuffix("report/"))
    assert address_of(version) in page.content.decode()
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_a_report_on_other_data_is_shown_too_and_nothing_that_the_card_does_not_list(
    client, reported
):
    version, path = reported
    other = path.with_name("external-south.html")
    other.write_text("<p>South")
    path.with_name("notes.html").write_text("<p>not listed")
    listed = hashlib.sha256(other.read_bytes()).hexdigest()
    version.card["files"]["report/external-south.html"] = listed
    external = {"name": "South Hospital", "report": "report/external-south.html"}
    version.card["metrics"]["external"] = [external]
    version.save()
    client.force_login(make_user("model manager"))
    page = client.get(address_of(version).removesuffix("report/")).content.decode()
    assert "Tested on South Hospital" in page
    assert client.get(address_of(version) + "external-south/").content == b"<p>South"
    assert client.get(address_of(version) + "notes/").status_code == 404
    assert client.get(address_of(version) + "..%2Fcard/").status_code == 404


def test_a_report_that_was_changed_is_not_shown(client, reported):
    version, path = reported
    path.write_text("<script>alert(1)</script>")
    client.force_login(make_user("model manager"))
    answer = client.get(address_of(version))
    assert answer.status_code == 409
    assert "alert(1)" not in answer.content.decode()


def test_a_report_that_is_a_link_is_not_followed(client, reported, tmp_path):
    version, path = reported
    path.rename(tmp_path / "elsewhere.html")
    path.symlink_to(tmp_path / "elsewhere.html")
    client.force_login(make_user("model manager"))
    assert client.get(address_of(version)).status_code == 409


def test_a_model_without_report_has_none(client, db):
    version = make_version()
    client.force_login(make_user("model manager"))
    assert client.get(address_of(version)).status_code == 404


@pytest.mark.parametrize("who", [None, "administrator"])
def test_who_sees_no_models_sees_no_report(client, reported, who):
    version, _ = reported
    if who:
        client.force_login(make_user(who))
    assert client.get(address_of(version)).status_code in {302, 403, 404}
