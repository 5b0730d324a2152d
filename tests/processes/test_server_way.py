"""The commands of docker-compose.yml, run by hand against a real PostgreSQL and a real Valkey."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from aicare.supervision import health, programs
from tests.processes.stack import ROOT, environment
from tests.servers import free_port, postgresql, process, valkey, wait_for

pytestmark = pytest.mark.processes

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
ROLES = ("web", "worker", "scheduler")


@dataclass
class Server:
    """The services of one installation, each under the environment of its container."""

    port: int
    redis_url: str
    environment: dict[str, str]
    logs: Path

    def command(self, service: str) -> list[str]:
        """Return the service's command; this machine is not a container, so it stays private."""
        command = COMPOSE[service]["command"]
        assert command[0] == "python"
        private = {"0.0.0.0:8000": f"127.0.0.1:{self.port}"}
        return [sys.executable, *(private.get(word, word) for word in command[1:])]

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def prepare(self) -> None:
        result = self.run(*self.command("prepare")[1:])
        assert result.returncode == 0, result.stdout + result.stderr

    def start(self, service: str, name: str = ""):
        """Run the service; ``name`` stands for the host name that another container would have."""
        name = name or service
        return process(
            [word.replace("worker@", f"{name}@") for word in self.command(service)],
            log=self.logs / f"{name}.log",
            patience=60,
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )

    def get(self, path: str, **headers: str):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        opener = urllib.request.build_opener(NoRedirect)
        try:
            return opener.open(request, timeout=30)
        except urllib.error.HTTPError as answer:
            return answer


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture(scope="module")
def server(tmp_path_factory, prepared_data):
    folder = tmp_path_factory.mktemp("server")
    # Compressing them is most of what is prepared.
    shutil.copytree(prepared_data / "static", folder / "data" / "static")
    with postgresql() as database_url, valkey() as redis_url, contextlib.ExitStack() as running:
        port = free_port()
        server = Server(
            port=port,
            redis_url=redis_url,
            environment=environment(
                folder / "data",
                port,
                AICARE_PUBLIC_URL="https://aicare.example",
                DATABASE_URL=database_url,
                REDIS_URL=redis_url,
            ),
            logs=folder,
        )
        server.prepare()
        for role in ROLES:
            running.enter_context(server.start(role))
        wait_for(lambda: health.web_is_healthy(port), what=f"web, see {folder}", seconds=60)
        wait_for(lambda: health.worker_is_healthy(redis_url), what="worker", seconds=60)
        yield server


def test_preparing_twice_changes_nothing(server):
    result = server.run("manage.py", "prepare")
    assert "database: is up to date" in result.stdout
    assert "static files: are up to date" in result.stdout


@pytest.mark.parametrize("role", ROLES)
def test_the_health_check_of_each_container_holds(server, role):
    check = COMPOSE[role]["healthcheck"]["test"]
    assert check[:2] == ["CMD", "python"]
    wait_for(lambda: server.run(*check[2:]).returncode == 0, what=f"{role} is healthy")


def test_the_health_check_notices_a_worker_that_is_not_there(server):
    elsewhere = server.environment | {"REDIS_URL": f"{server.redis_url}/9"}
    command = [sys.executable, "manage.py", "check_health", "worker"]
    result = subprocess.run(command, cwd=ROOT, env=elsewhere, capture_output=True, check=False)
    assert result.returncode == 1
    assert result.stderr.strip() == b"CommandError: worker does not answer."


def test_behind_https_plain_requests_are_sent_to_https(server):
    answer = server.get("/accounts/login/", Host="aicare.example")
    assert answer.status == 301
    assert answer.headers["Location"] == "https://aicare.example/accounts/login/"


def test_behind_https_pages_and_static_files_are_served(server):
    headers = {"Host": "aicare.example", "X-Forwarded-Proto": "https"}
    page = server.get("/accounts/login/", **headers)
    assert page.status == 200
    assert "max-age" in page.headers["Strict-Transport-Security"]
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page.read().decode())
    assert styles
    for style in styles:
        answer = server.get(style, **headers)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_second_worker_may_join(server):
    with server.start("worker", name="second"):
        name = f"second@{socket.gethostname()}"
        wait_for(lambda: health.worker_is_healthy(server.redis_url, name=name), what=name)


def test_the_containers_run_what_the_embedded_way_runs():
    assert COMPOSE["worker"]["command"][1:] == programs.worker().command[1:]
    assert COMPOSE["web"]["command"][1:-1] == programs.web(8000).command[1:-1]
    assert COMPOSE["scheduler"]["command"][-1] == programs.scheduler(ROOT).command[-1]


def test_nothing_but_the_site_is_reachable_from_outside_the_containers():
    published = {name: service["ports"] for name, service in COMPOSE.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${AICARE_PORT:-8000}:8000"]}


def test_no_secret_stands_in_the_compose_file():
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"PASSWORD: (?!\$\{)", text) == []
