"""The static model: same vectors alone and in a batch, damage named, translations near; and its training, on a slice."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kb.embedding import STATIC_FOLDER, open_embedder, static
from kb.errors import ModelError
from kb.text.normalise import normalise
from training import static as training
from training import static_pieces
from training.static_corpus import Batch, Batches, Text, Together

TEXTS = {
    "Thai": "ลดขยะพลาสติกในเมืองท่องเที่ยว",
    "English": "how do tourist towns cut plastic waste",
    "mixed": "โครงการ BCG ลด PM2.5 ใน Bangkok ด้วย CO2 tax",
    "unknown Thai words": "เปิ๊ดสะก๊าดกร๊าวใจวิ๊งวับ",
    "accents": "Café in Orléans",
    "empty": "",
    "spaces": " \n\t ",
    "other script": "ប្រទេសកម្ពុជា 北京",
    "half a character": "waste \ud800",
    "long": "น้ำเสียจากบ้านเรือนได้รับการบำบัดก่อนลงคลอง " * 60,
    "long English": "Waste water from houses is treated before it reaches the canal. " * 60,
}
WORDLESS = [TEXTS[name] for name in ("empty", "spaces", "other script")]


@pytest.fixture(scope="module")
def embedder() -> static.StaticEmbedder:
    return static.StaticEmbedder("builtin-static", STATIC_FOLDER)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_vectors_have_length_one(embedder: static.StaticEmbedder, text: str) -> None:
    rows = embedder.queries([text])
    assert rows.dtype == np.float32
    assert rows.shape == (1, embedder.dim)
    assert abs(np.linalg.norm(rows) - 1) < 1e-5
    np.testing.assert_array_equal(rows, embedder.passages([text]))


def test_a_vector_does_not_depend_on_its_neighbours(embedder: static.StaticEmbedder) -> None:
    texts = list(TEXTS.values()) * 200  # more than one chunk
    alone = np.concatenate([embedder.passages([text]) for text in TEXTS.values()])
    parallel = open_embedder("builtin-static", threads=2)
    with ThreadPoolExecutor(4) as pool:
        in_threads = list(pool.map(parallel.passages, [texts] * 4))
    for found in (embedder.passages(texts), *in_threads):
        np.testing.assert_array_equal(found, np.tile(alone, (200, 1)))
    assert embedder.passages([]).shape == (0, embedder.dim)


def test_a_text_without_words_is_near_none(embedder: static.StaticEmbedder) -> None:
    wordless = embedder.passages(WORDLESS)
    np.testing.assert_array_equal(wordless, np.tile(wordless[:1], (len(WORDLESS), 1)))
    assert (embedder.passages([text for pair in PAIRS for text in pair]) @ wordless[0] < 0.1).all()


PAIRS = [
    ("ขยะพลาสติกในทะเล", "plastic waste in the sea"),
    ("น้ำเสียจากบ้านเรือน", "waste water from households"),
    ("ป่าชายเลนป้องกันคลื่น", "mangrove forests hold back the waves"),
    ("นายกเทศมนตรีของเมือง", "the mayor of the town"),
    ("การเปลี่ยนแปลงสภาพภูมิอากาศ", "climate change"),
    ("รถโดยสารไฟฟ้า", "electric buses"),
    ("หลังคาติดแผงโซลาร์เซลล์", "solar panels on the roof"),
    ("งบประมาณประจำปี", "annual budget"),
]


@pytest.mark.parametrize("asked", [0, 1], ids=["th→en", "en→th"])
def test_translations_find_each_other(embedder: static.StaticEmbedder, asked: int) -> None:
    questions = embedder.queries([pair[asked] for pair in PAIRS])
    answers = embedder.passages([pair[1 - asked] for pair in PAIRS])
    assert (questions @ answers.T).argmax(axis=1).tolist() == list(range(len(PAIRS)))


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Plastic WASTE", "plastic waste"),
        ("café", "cafe"),
        ("นํ้า", "น้ำ"),
        ("เเม่นํ้า", "แม่น้ำ"),
        ("ปี ๒๕๖๗", "ปี 2567"),
        ("ขยะ\u200bพลาสติก", "ขยะพลาสติก"),
        ("ลดCO2ด้วยBCG", "ลด CO2 ด้วย BCG"),
        ("waste \ud800", "waste ?"),
    ],
)
def test_spellings_that_look_alike_are_one(embedder: static.StaticEmbedder, written: str, same: str) -> None:
    np.testing.assert_array_equal(embedder.queries([written]), embedder.queries([same]))


@pytest.mark.parametrize(("one", "other"), [("ใกล้", "ไกล"), ("มา", "ม้า"), ("เสือ", "เสื่อ")])
def test_thai_marks_are_kept(embedder: static.StaticEmbedder, one: str, other: str) -> None:
    assert float(embedder.queries([one])[0] @ embedder.queries([other])[0]) < 0.9


def test_tokens_are_counted_before_the_cut(embedder: static.StaticEmbedder) -> None:
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("waste water") == 2
    assert embedder.count_tokens(TEXTS["long"]) > embedder.max_tokens
    cut = embedder.passages([TEXTS["long English"], TEXTS["long English"] + "mangrove"])
    np.testing.assert_array_equal(cut[0], cut[1])


PIECES = Tokenizer.from_file(str(STATIC_FOLDER / static.PIECES))
SPACED_PARTS = ["ขยะ", "การ", "bank", "2", "฿", " ", "  ", "\u2581", "\u00a0", "\n", "é", "ฬ", "你", ".", "“", "ะ"]


@given(st.lists(st.lists(st.sampled_from(SPACED_PARTS), max_size=14).map("".join), max_size=4))
def test_words_are_cut_by_themselves_as_in_the_whole_text(embedder: static.StaticEmbedder, texts: list[str]) -> None:
    whole = [PIECES.encode(static.prepare(text)).ids for text in texts]
    assert embedder._cut(texts) == whole
    assert [embedder.count_tokens(text) for text in texts] == list(map(len, whole))
    assert all(np.array_equal(embedder.queries([text])[0], row) for text, row in zip(texts, embedder.passages(texts), strict=True))


def test_words_that_are_forgotten_are_cut_again(embedder: static.StaticEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"ขยะ{number} ธนาคารขยะ" for number in range(50)]
    before = embedder.passages(texts)
    monkeypatch.setattr(static, "KEPT", 5)
    assert np.array_equal(embedder.passages(texts), before)
    assert np.array_equal(embedder.passages(texts), before)


def test_the_folder_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in STATIC_FOLDER.rglob("*") if path.is_file()) <= 18_000_000


def test_it_is_another_model_than_its_sibling(embedder: static.StaticEmbedder, tmp_path: Path) -> None:
    shutil.copytree(STATIC_FOLDER, tmp_path / "copy")
    assert open_embedder(str(tmp_path / "copy")).digest == embedder.digest != open_embedder("builtin").digest


def test_it_runs_without_the_libraries_of_the_other_models() -> None:
    script = (
        "import sys; from kb.embedding import open_embedder; open_embedder('builtin-static').queries(['ขยะ waste']);"
        "print(sorted({'onnxruntime', 'pythainlp', 'torch', 'sentence_transformers'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [static.PIECES, static.ROWS, static.SCALES])
@pytest.mark.parametrize("damage", ["truncate", "remove"])
def test_a_damaged_model_is_named(tmp_path: Path, name: str, damage: str) -> None:
    shutil.copytree(STATIC_FOLDER, tmp_path / "model")
    path = tmp_path / "model" / name
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        open_embedder(str(tmp_path / "model"))


@pytest.mark.parametrize("manifest", ["", "[]", "{}", json.dumps({"format": 99, "files": {}}), json.dumps({"format": 1, "files": {}})])
def test_a_damaged_manifest_is_named(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "kb_static.json").write_text(manifest)
    with pytest.raises(ModelError, match=r"kb_static\.json"):
        open_embedder(str(tmp_path))


@pytest.mark.parametrize(("name", "content"), [(static.PIECES, b"{}"), (static.ROWS, b"no array"), (static.SCALES, b"")])
def test_a_file_that_cannot_be_parsed_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    shutil.copytree(STATIC_FOLDER, tmp_path / "model")
    _replace(tmp_path / "model", name, content)
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        open_embedder(str(tmp_path / "model"))


@pytest.mark.parametrize("name", [static.ROWS, static.SCALES])
def test_rows_of_another_vocabulary_are_refused(tmp_path: Path, name: str) -> None:
    shutil.copytree(STATIC_FOLDER, tmp_path / "model")
    np.save(tmp_path / "short.npy", np.load(tmp_path / "model" / name)[:-1])
    _replace(tmp_path / "model", name, (tmp_path / "short.npy").read_bytes())
    with pytest.raises(ModelError, match=rf"{name}.*holds"):
        open_embedder(str(tmp_path / "model"))


def _replace(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "kb_static.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "kb_static.json").write_text(json.dumps(manifest))


THAI = {"ขยะ": "waste", "น้ำ": "water", "เมือง": "city", "แม่น้ำ": "river", "อากาศ": "air", "ป่า": "forest", "ถนน": "road", "ตลาด": "market"}
PLAN = training.Plan(60, 32, rate=2e-2, warm_up=5, checkpoint_every=10)


@pytest.fixture(scope="module")
def cut() -> Tokenizer:
    pieces = ["<unk>", static_pieces.SPACE, *"abcdefghijklmnopqrstuvwxyz", *(f"▁{word}" for word in THAI.values()), "▁rare", *THAI, "หายาก"]
    texts = [each.left for each in together()], [each.right for each in together()]
    return static_pieces.estimate(pieces, texts, len(pieces) - 2)


def together() -> list[Text]:
    return [Text("".join(words), " ".join(THAI[word] for word in words), 1.0, "".join(words)) for words in permutations(THAI, 3)]


@pytest.fixture(scope="module")
def batches(cut: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Batches:
    path = tmp_path_factory.mktemp("work") / "translations.npz"
    Together.of(together(), cut).save(path)
    return Batches({"translations": Together.load(path)}, None, PLAN.batch, seed=1)


def begin(cut: Tokenizer) -> training.State:
    size = cut.get_vocab_size()
    alone = np.random.default_rng(2).standard_normal((size, 24)).astype(np.float32)
    return training.begin(training.start_rows(alone, np.arange(size), 16), PLAN)


@pytest.fixture(scope="module")
def trained(cut: Tokenizer, batches: Batches, tmp_path_factory: pytest.TempPathFactory) -> tuple[training.State, list[float]]:
    state = begin(cut)
    return state, training.run(state, batches, PLAN, tmp_path_factory.mktemp("run") / "checkpoint.pt")


def test_only_the_commonest_pieces_stay(cut: Tokenizer) -> None:
    assert not {"▁rare", "หายาก"} & cut.get_vocab().keys()
    assert cut.encode("แม่น้ำเมือง").tokens == ["▁", "แม่น้ำ", "เมือง"]


def test_the_loss_falls(trained: tuple[training.State, list[float]]) -> None:
    losses = trained[1]
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])


class Stopped(Exception):
    pass


class StoppingBatches(Batches):
    def at(self, step: int) -> Batch:
        if step == 37:
            raise Stopped
        return super().at(step)


def test_a_stopped_run_ends_where_an_uninterrupted_one_does(
    cut: Tokenizer, batches: Batches, trained: tuple[training.State, list[float]], tmp_path: Path
) -> None:
    stopping = StoppingBatches(batches.kinds, batches.teacher, PLAN.batch, seed=1)
    with pytest.raises(Stopped):
        training.run(begin(cut), stopping, PLAN, tmp_path / "checkpoint.pt")
    state = begin(cut)
    assert len(training.run(state, batches, PLAN, tmp_path / "checkpoint.pt")) == PLAN.steps - 30
    assert torch.equal(state.rows, trained[0].rows)


def test_the_exported_folder_computes_what_was_trained(cut: Tokenizer, trained: tuple[training.State, list[float]], tmp_path: Path) -> None:
    cut.save(str(tmp_path / "pieces.json"))
    texts = Together.of(together(), cut)
    rows = trained[0].rows.detach()
    training.export(rows.numpy(), training.wordless(rows, texts.left), tmp_path / "pieces.json", tmp_path / "out")
    exported = open_embedder(str(tmp_path / "out")).passages([each.left for each in together()])
    assert ((exported * training.vectors(rows, texts.left).numpy()).sum(axis=1) > 0.999).all()


SPELT_IN_PARTS = st.text(st.one_of(st.sampled_from(" \u00a0\u200b\u0301เแาะ่้์ำํ็ิุๅฤe\u00e9๕"), st.characters(codec="utf-8")), max_size=30)


@given(SPELT_IN_PARTS)
def test_what_stands_between_spaces_is_spelt_by_itself(text: str) -> None:
    whole = static._ACCENTS.sub("", unicodedata.normalize("NFD", normalise(text).text))
    assert static._spelt(text) == (whole if static._UNUSUAL.search(text) else text)


def test_what_is_remembered_is_counted_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "KEPT", 6)
    monkeypatch.setattr(static, "KEPT_LENGTH", 12)
    embedder = open_embedder("builtin-static")
    texts = ["ขยะ อาหาร", "a longer stretch-than-is-kept ขยะ", "ขยะ ขยะ น้ำเสีย PM2.5 อาหาร", "ก ข ค ง จ ฉ ช"] * 2
    assert [embedder.count_tokens(text) for text in texts] == [sum(map(len, embedder._cut([text]))) for text in texts]  # type: ignore[attr-defined]
    assert len(embedder._kept) <= 7  # type: ignore[attr-defined]
