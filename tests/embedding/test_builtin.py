"""The built-in model: same vectors in both run times, the same alone and in a batch, damage named."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kb.embedding import BUILTIN_FOLDER, open_embedder
from kb.errors import ModelError

TEXTS = {
    "Thai": "ลดขยะพลาสติกในเมืองท่องเที่ยว",
    "English": "how do tourist towns cut plastic waste",
    "mixed": "โครงการ BCG ลด PM2.5 ใน Bangkok ด้วย CO2 tax",
    "unknown Thai words": "เปิ๊ดสะก๊าดกร๊าวใจวิ๊งวับ",
    "one letter": "ก",
    "empty": "",
    "marks only": "่ ้ !?",
    "other script": "ប្រទេសកម្ពុជា 北京",
    "long": "น้ำเสียจากบ้านเรือนได้รับการบำบัดก่อนลงคลอง " * 60,
    "long English": "Waste water from houses is treated before it reaches the canal. " * 60,
}


WORDLESS = {TEXTS["one letter"], TEXTS["empty"], TEXTS["marks only"]}


@pytest.fixture(scope="module")
def embedder():  # type: ignore[no-untyped-def]
    return open_embedder("builtin")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_onnx_runtime_and_sentence_transformers_agree(embedder, reference, text: str) -> None:  # type: ignore[no-untyped-def]
    ours = embedder.queries([text])[0]
    theirs = reference.encode([text], show_progress_bar=False)[0]
    # Activations are quantised with one scale a text, which is coarse where there is no word at all.
    assert float(ours @ theirs) > (0.98 if text in WORDLESS else 0.99)
    assert abs(np.linalg.norm(ours) - 1) < 1e-4


@pytest.fixture(scope="module")
def reference():  # type: ignore[no-untyped-def]
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(BUILTIN_FOLDER), device="cpu", trust_remote_code=True)


def test_a_vector_does_not_depend_on_its_neighbours(embedder) -> None:  # type: ignore[no-untyped-def]
    together = embedder.passages(list(TEXTS.values()))
    side_by_side = open_embedder("builtin", threads=2).passages(list(TEXTS.values()))
    alone = np.concatenate([embedder.passages([text]) for text in TEXTS.values()])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, side_by_side)
    assert embedder.passages([]).shape == (0, embedder.dim)


PAIRS = [
    ("ขยะพลาสติก", "plastic waste"),
    ("น้ำเสีย", "waste water"),
    ("ป่าชายเลน", "mangrove forest"),
    ("เทศบาลเมือง", "town municipality"),
    ("การเปลี่ยนแปลงสภาพภูมิอากาศ", "climate change"),
    ("รถไฟฟ้าในเมือง", "urban electric railway"),
]


@pytest.mark.parametrize("asked", [0, 1], ids=["th→en", "en→th"])
def test_translations_find_each_other(embedder, asked: int) -> None:  # type: ignore[no-untyped-def]
    questions = embedder.queries([pair[asked] for pair in PAIRS])
    answers = embedder.passages([pair[1 - asked] for pair in PAIRS])
    assert (questions @ answers.T).argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_tokens_are_counted_before_the_cut(embedder) -> None:  # type: ignore[no-untyped-def]
    assert embedder.count_tokens("") == 2
    assert embedder.count_tokens("waste water") == 4
    assert embedder.count_tokens(TEXTS["long"]) > embedder.max_tokens == 256


def test_the_folder_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in BUILTIN_FOLDER.rglob("*") if path.is_file()) <= 45_000_000


def test_the_same_folder_elsewhere_is_the_same_model(embedder, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(BUILTIN_FOLDER, tmp_path / "copy")
    assert open_embedder(str(tmp_path / "copy")).digest == embedder.digest


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "thai_words.txt"])
@pytest.mark.parametrize("damage", ["truncate", "remove"])
def test_a_damaged_model_is_named(tmp_path: Path, name: str, damage: str) -> None:
    shutil.copytree(BUILTIN_FOLDER, tmp_path / "model")
    path = tmp_path / "model" / name
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        open_embedder(str(tmp_path / "model"))


@pytest.mark.parametrize("manifest", ["", "[]", "{}", json.dumps({"format": 99, "files": {}}), json.dumps({"format": 1, "files": {}})])
def test_a_damaged_manifest_is_named(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "kb_model.json").write_text(manifest)
    with pytest.raises(ModelError, match=r"kb_model\.json"):
        open_embedder(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "content"),
    [("model.onnx", b"no graph"), ("tokenizer.json", b"{}"), ("thai_words.txt", b""), ("thai_words.txt", b"\xe0\xb8")],
)
def test_a_file_that_cannot_be_parsed_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    shutil.copytree(BUILTIN_FOLDER, tmp_path / "model")
    (tmp_path / "model" / name).write_bytes(content)
    manifest = json.loads((tmp_path / "model/kb_model.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (tmp_path / "model/kb_model.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        open_embedder(str(tmp_path / "model"))


def test_half_a_character_is_read_as_a_question_mark(embedder) -> None:  # type: ignore[no-untyped-def]
    halves, marks = embedder.queries(["waste \ud800", "ขยะ\udc80"]), embedder.queries(["waste ?", "ขยะ?"])
    np.testing.assert_array_equal(halves, marks)


def test_sentence_transformers_saves_the_same_model(embedder, reference, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    reference.save(str(tmp_path / "saved"))
    assert open_embedder(str(tmp_path / "saved")).digest == embedder.digest
    weights = reference[0].body.pieces.weight.data
    weights[0, 0] += 1
    with pytest.raises(ValueError, match=r"training\.export"):
        reference.save(str(tmp_path / "changed"))
    weights[0, 0] -= 1
