"""Settings from file and environment; mistakes name the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import Settings, load


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text('port = 9000\nmodel = "x/y"\ncors_origins = ["https://a.example"]\n')
    settings = load({"KB_PORT": "9001"}, file)
    assert (settings.port, settings.model, settings.cors_origins) == (9001, "x/y", ("https://a.example",))


def test_an_engine_may_hold_a_password() -> None:
    settings = load({"KB_ENGINE": "milvus://kb:secret@db.example/kb"})
    assert settings.engine == "milvus://kb:secret@db.example/kb" and "secret" not in repr(settings)


def test_the_file_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('content_dir = "texts"\n')
    assert load({"KB_CONFIG": str(file)}).content_dir == Path("texts")


CASES = {
    "unknown variable": ({"KB_PROT": "1"}, "", ["KB_PROT", "did you mean port"]),
    "port is no number": ({"KB_PORT": "http"}, "", ["KB_PORT", "'http'", "0 to 65535"]),
    "no way to search vectors": ({"KB_VECTOR_INDEX": "hnsw"}, "", ["KB_VECTOR_INDEX", "'hnsw'", "auto, exact, ivf-pq"]),
    "port too large": ({"KB_PORT": "70000"}, "", ["70000", "65535"]),
    "no such engine": ({"KB_ENGINE": "postgres://kb:secret@db/kb"}, "", ["KB_ENGINE", "milvus://host:19530/database"]),
    "no failpoint": ({"KB_FAILPOINT": "kil@x"}, "", ["KB_FAILPOINT", "kil@x", "leave it unset"]),
    "unknown key": ({}, "modle = 'x'", ["kb.toml", "modle", "did you mean model"]),
    "not TOML": ({}, "port = = 1", ["kb.toml", "TOML"]),
    "message language": ({"KB_LANG": "fr"}, "", ["KB_LANG", "auto, th, en"]),
    "named file is missing": ({"KB_CONFIG": "/nowhere/kb.toml"}, None, ["/nowhere/kb.toml", "does not exist"]),
}


@pytest.mark.parametrize(("environ", "text", "expected"), CASES.values(), ids=CASES.keys())
def test_mistakes_name_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], text: str | None, expected: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    if text:
        (tmp_path / "kb.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(environ)
    assert all(part in caught.value.message.en for part in expected), caught.value.message.en
    assert caught.value.message.th != caught.value.message.en and "secret" not in caught.value.message.en
