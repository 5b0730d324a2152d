"""The house: imports point left, edges are leaves, heavy libraries stay in their rooms."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ["aicare", "patients", "imaging", "inference", "training"]  # imports point left
MOUNTS = {"aicare.urls", "aicare.api"}
EDGE = {
    "views", "api", "urls", "summary", "ward", "worklist", "dicomweb", "fhir", "commands",
}  # fmt: skip
HEAVY = {"keras", "tensorflow", "openvino"}


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = {
    name_of(path): path
    for app in CHAIN
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
}


def imported_names(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the full module name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_edge(module):
    return bool(EDGE & set(module.split(".")))


def app_of(module):
    return module.split(".")[0]


@pytest.fixture(scope="module")
def imports():
    """Return every pair of a module and a name that it imports."""
    return [(module, name) for module, path in MODULES.items() for name in imported_names(path)]


def test_imports_point_left(imports):
    others = [
        (module, name)
        for module, name in imports
        if module not in MOUNTS and app_of(name) in CHAIN and app_of(name) != app_of(module)
    ]
    assert others
    assert [pair for pair in others if not points_left(*pair) and not is_edge(pair[0])] == []
    assert [pair for pair in others if is_edge(pair[1])] == []


def points_left(module, name):
    return CHAIN.index(app_of(name)) < CHAIN.index(app_of(module))


def test_inside_an_app_only_edges_import_edges(imports):
    assert [
        (module, name)
        for module, name in imports
        if app_of(name) == app_of(module) and is_edge(name)
        and not is_edge(module) and module not in MOUNTS
    ] == []  # fmt: skip


def test_only_the_engines_and_training_know_heavy_libraries(imports):
    assert [
        (module, name)
        for module, name in imports
        if app_of(name) in HEAVY and not module.startswith(("inference.engines", "training"))
    ] == []


def test_every_module_says_its_job_in_its_first_line():
    sources = {module: path.read_text() for module, path in MODULES.items()}
    written = {module: source for module, source in sources.items() if source.strip()}
    assert [one for one, text in written.items() if not ast.get_docstring(ast.parse(text))] == []


def test_the_web_process_loads_neither_tensorflow_nor_openvino():
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'aicare.settings'\n"
        "import aicare.wsgi, aicare.urls, aicare.celery\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
