"""How the record behaves with a million people, against the same record with a thousand.

Two databases of one PostgreSQL server; their requests take turns, so that whatever else the machine
does happens to both. Medians of requests through Django, with templates and the audit row.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

import psycopg2

from tests.benchmarks.table import row
from tests.servers import postgresql

FEW, MANY = 1000, 1_000_000
SETS_PER_PATIENT = 5
WARM, ROUNDS = 4, 25
BIG_PAGES = ("summary", "vital_signs", "trends", "studies")
NAMES = {"vital_signs": "vitals list", "studies": "list of studies"}


class Record:
    """A probe in a process of its own, on a database of its own."""

    def __init__(self, process: subprocess.Popen):
        self.process = process

    def __getattr__(self, what: str):
        return lambda *with_: self._ask([what, *with_])

    def _ask(self, line: list):
        print(json.dumps(line), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the probe has ended: {self.process.wait()}")
        return json.loads(answer)


def compare_scale(*, patients: int = MANY) -> None:
    with postgresql() as address, two_records(address) as (small, large):
        small.prepare(FEW, FEW * SETS_PER_PATIENT, False)
        seconds = large.prepare(patients, patients * SETS_PER_PATIENT, True)
        compare_records(small, large, f"{patients:,} against {FEW:,} patients")
        compare_patients(large)
    compare_writing()
    print(f"\nSeeding {patients:,} patients, their words and sets took {seconds / 60:.1f} min.")


def compare_writing() -> None:
    """Sets per second, scored, questioned and audited, against the least that would store them.

    SQLite as AI Care sets it: each answer comes after its row would survive a loss of power.
    """
    with record("") as one:
        one.prepare(FEW, FEW * SETS_PER_PATIENT, False)
        patient = one.open()["id"]
        seconds = turns([lambda: one.post(patient), lambda: one.post_bare(patient)])
    what = "sets stored over REST, against a bare ModelViewSet"
    row(what, *(1 / taken for taken in seconds), "sets/s")


@contextlib.contextmanager
def two_records(address: str) -> Iterator[tuple[Record, Record]]:
    """Start a probe for each of two new databases of the server."""
    server = address.rpartition("/")[0]
    with contextlib.ExitStack() as ends:
        yield tuple(
            ends.enter_context(record(f"{server}/{made_database(address, name)}"))
            for name in ("few", "many")
        )


def made_database(address: str, name: str) -> str:
    with contextlib.closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}")
    return name


@contextlib.contextmanager
def record(address: str) -> Iterator[Record]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.probe"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DATABASE_URL": address},
    )
    try:
        yield Record(process)
    finally:
        process.stdin.close()
        process.wait()


def compare_records(small: Record, large: Record, names: str) -> None:
    """Print a row for each list and page, with its number of queries in both."""
    theirs, ours = (paths_of(one.open()) for one in (small, large))
    for what in ours:
        pair = [(large, ours[what]), (small, theirs[what])]
        print_row(f"{what}, {names}", pair)


def compare_patients(large: Record) -> None:
    """Print a row for each page of the patient with 50,000 sets and 500 studies."""
    places = large.open_big()
    for name in BIG_PAGES:
        pair = [(large, places[f"big {name}"]), (large, places[f"full {name}"])]
        print_row(f"{NAMES.get(name, name)}, 50,000 sets and 500 studies against 600 and 25", pair)


def print_row(what: str, pair: list[tuple[Record, str]]) -> None:
    ours, theirs = turns([partial(one.get, path) for one, path in pair])
    queries = " and ".join(dict.fromkeys(str(one.count(path)) for one, path in pair))
    row(f"{what} ({queries} queries)", 1e3 * ours, 1e3 * theirs, "ms")


def turns(asks: list[Callable[[], float]]) -> list[float]:
    """Return the median seconds of each of two, asked in turns; who begins changes every time."""
    taken = [[], []]
    for number in range(WARM + ROUNDS):
        for place in (0, 1) if number % 2 else (1, 0):
            seconds = asks[place]()
            if number >= WARM:
                taken[place].append(seconds)
    return [statistics.median(values) for values in taken]


def paths_of(places: dict[str, str]) -> dict[str, str]:
    """Return what is asked of both records, by its name in the table.

    Both answer with as many rows: a thousand people hold fewer Garcías than a page.
    """
    ward = urlencode({"ward": "Ward 01"})
    record = f"/api/v1/patients/{places['id']}"
    return {
        "ward board": f"/ward/?{ward}",
        "ward board over REST": f"/api/v1/ward/?{ward}",
        "list of patients": "/patients/",
        "search of the beginning of a name, 50 hits": "/patients/?q=m",
        "search of a record number": f"/patients/?q={places['number']}",
        "search of a frequent name, 20 hits": search("garcia", 20),
        "search of a rare name, 1 hit": search(places["rare"], 1),
        "search of a part of a name, 20 hits": search("ller", 20),
        "search of two words, 2 hits": search("maria garcia", 2),
        "search of a birth date, 1 hit": search(places["born"], 1),
        "vitals list": places["vital_signs"],
        "vitals list over REST": f"{record}/vital-signs/",
        "summary": places["summary"],
        "summary over REST": f"{record}/summary/",
        "trends": places["trends"],
    }


def search(words: str, hits: int) -> str:
    return f"/api/v1/patients/?{urlencode({'q': words, 'page_size': hits})}"
