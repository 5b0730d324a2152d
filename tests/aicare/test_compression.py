"""Pages come compressed over a slow line; what is compressed already stays as it is."""

import gzip

import pytest

from tests.factories import make_study

pytestmark = pytest.mark.django_db


def test_a_page_is_compressed_for_a_browser_that_can_read_it(client, ward):
    client.force_login(ward.clinician)
    address = f"/patients/{ward.patient.pk}/"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert b"Inventada" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2


def test_a_picture_is_sent_as_it_is(client, ward):
    client.force_login(ward.clinician)
    picture = make_study(ward.patient).series.get().instances.get()
    answer = client.get(
        f"/api/v1/instances/{picture.pk}/thumbnail/", headers={"Accept-Encoding": "gzip"}
    )
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer
