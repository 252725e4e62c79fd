"""Index files and model folders from elsewhere are data: no module of the product can make a program of one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from conftest import ROOT

FILES = [path for folder in ("kb", "indexer", "search_api") for path in sorted((ROOT / folder).rglob("*.py"))]
MODULES = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "jsonpickle"}
CALLS = {"eval", "exec", "compile", "__import__"}
ATTRIBUTES = {("yaml", "load"), ("yaml", "unsafe_load"), ("yaml", "full_load"), ("torch", "load"), ("os", "system"), ("os", "popen")}
# Messages between the server's own processes, over a pipe that nobody else can open (multiprocessing pickles by itself, too).
EXPECTED = {"search_api/worker.py: pickle"}


def faults(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} & MODULES
        elif isinstance(node, ast.Call):
            found |= called(node)
    return found


def called(node: ast.Call) -> set[str]:
    name, safe = node.func, {each.arg: ast.unparse(each.value) for each in node.keywords}
    if isinstance(name, ast.Name):
        return {name.id} & CALLS
    if not isinstance(name, ast.Attribute) or not isinstance(name.value, ast.Name):
        return set()
    whole = (name.value.id, name.attr)
    if whole == ("np", "load"):
        return set() if safe.get("allow_pickle") == "False" else {"np.load"}
    return {".".join(whole)} if whole in ATTRIBUTES or safe.get("shell") == "True" else set()


def test_nothing_in_the_product_runs_data() -> None:
    assert {f"{path.relative_to(ROOT).as_posix()}: {each}" for path in FILES for each in faults(path.read_text("utf-8"))} == EXPECTED
    assert len(FILES) > 200


CAUGHT = [
    "import pickle",
    "from marshal import loads",
    "eval('1')",
    "np.load(path)",
    "torch.load(path)",
    "yaml.load(text)",
    "x.run(a, shell=True)",
]


@pytest.mark.parametrize("source", CAUGHT)
def test_it_would_be_seen(source: str) -> None:
    assert faults(source)


def test_no_file_of_the_shipped_models_is_a_pickle() -> None:
    files = [path for path in Path(ROOT / "kb/models").rglob("*") if path.is_file()]
    assert files and not [
        path for path in files if path.suffix in {".pkl", ".pickle", ".pt", ".pth", ".bin"} or path.read_bytes()[:1] == b"\x80"
    ]
