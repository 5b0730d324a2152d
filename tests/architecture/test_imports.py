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


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_left(module):
    app = module.split(".")[0]
    for name in imported_names(MODULES[module]):
        other = name.split(".")[0]
        if other not in CHAIN or other == app or module in MOUNTS:
            continue
        assert is_edge(module) or CHAIN.index(other) < CHAIN.index(app), f"imports {name}"
        assert not is_edge(name), f"imports the edge {name}"


@pytest.mark.parametrize("module", MODULES)
def test_inside_an_app_only_edges_import_edges(module):
    app = module.split(".")[0]
    if is_edge(module) or module in MOUNTS:
        return
    for name in imported_names(MODULES[module]):
        if name.split(".")[0] == app:
            assert not EDGE & set(name.split(".")), f"imports the edge {name}"


@pytest.mark.parametrize("module", MODULES)
def test_only_the_engines_and_training_know_heavy_libraries(module):
    if not module.startswith(("inference.engines", "training")):
        packages = {name.split(".")[0] for name in imported_names(MODULES[module])}
        assert not packages & HEAVY


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_its_job_in_its_first_line(module):
    source = MODULES[module].read_text()
    assert not source.strip() or ast.get_docstring(ast.parse(source)), "has no docstring"


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
