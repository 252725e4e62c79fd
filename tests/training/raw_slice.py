"""A slice of everything training reads: a teacher of two layers, some hundred pairs, news, questions, a WordNet of two synsets."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizer

THAI = {"ขยะ": "waste", "น้ำ": "water", "เมือง": "city", "แม่น้ำ": "river", "อากาศ": "air", "ป่า": "forest", "ถนน": "road", "ตลาด": "market"}
VERBS = {"ลด": "reduce", "สะอาด": "clean", "สร้าง": "build", "ดูแล": "keep", "เห็น": "see", "วัด": "measure"}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LONG = "เทศบาลเมืองลดขยะในตลาดและดูแลแม่น้ำให้สะอาดเพื่อให้คนในเมืองมีน้ำสะอาดและอากาศดีตลอดทั้งปี "


def pairs() -> list[tuple[str, str]]:
    return [(f"{v}{a}และ{b}", f"{VERBS[v]} {THAI[a]} and {THAI[b]}") for v in VERBS for a in THAI for b in THAI if a != b]


@pytest.fixture(scope="session")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("teacher")
    pieces = [
        *SPECIAL,
        *THAI.values(),
        *VERBS.values(),
        "and",
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    ]
    BertTokenizer(vocab={piece: i for i, piece in enumerate(pieces)}).save_pretrained(folder)
    sizes: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(pieces), max_position_embeddings=256, initializer_range=0.2, **sizes)
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in ("parallel", "thaigov", "questions", "dev"):
        (folder / name).mkdir()
    for source in ("md-lessons", "ted-iwslt15"):
        with gzip.open(folder / f"parallel/{source}.tsv.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{thai}\t{english}\n" for thai, english in pairs())
    item = {"title": "รัฐบาลไทย-ข่าวทำเนียบรัฐบาล-เทศบาลลดขยะในตลาดครั้งที่ {}", "body": "วันนี้\n" + 3 * LONG + "เรื่องที่ {}"}
    _jsonl(folder / "thaigov/news-0.jsonl.xz", [{"id": f"gov-{i}", **{k: v.format(i) for k, v in item.items()}} for i in range(24)])
    _jsonl(folder / "dev/govnews-passages.jsonl.xz", [{"id": "gov-3", "text": LONG}, {"id": "gov-4", "text": "ป่า"}])
    (folder / "dev/govnews-queries.tsv").write_text("gov-3\tลดขยะ\n", "utf-8")
    question = {"question": "เมืองลดอะไร", "context": 8 * LONG + "คำตอบคือขยะ", "answers": ["ขยะ"]}
    _jsonl(folder / "questions/iapp-train.jsonl.xz", [question, {**question, "context": "ป่าและ" + LONG}] * 4)
    _jsonl(folder / "dev/iapp-valid.jsonl.xz", [question])
    for name in ("flores-devtest", "tatoeba-test"):
        (folder / f"dev/{name}.tsv").write_text("".join(f"{thai}\t{english}\n" for thai, english in pairs()[::20]), "utf-8")
    return folder


def _jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture(scope="session")
def wordnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two synsets under the offsets by which PyThaiNLP's Thai WordNet names them: water, clean."""
    folder = tmp_path_factory.mktemp("wordnet")
    lines = {
        "noun": '14845743 27 n 02 water 0 H2O 0 001 @ 14909584 n 0000 | a clear liquid; "they see clean water and build a road"',
        "verb": "",
        "adj": "00417413 00 s 01 clean(a) 0 001 & 00417413 a 0000 | free from waste and not in the river",
        "adv": "",
    }
    for name, line in lines.items():
        (folder / f"data.{name}").write_text(f"  1 This is a licence\n{line}\n".rstrip() + "\n", "utf-8")
    return folder
