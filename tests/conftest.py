"""What tests share: one deterministic embedder, a small collection, the real content indexed once, a real server and one browser."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from browsing import Open, Visitors, launched
from fastapi import FastAPI
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from playwright.sync_api import Browser

from indexer.pipeline import build
from kb.embedding import open_embedder
from kb.index.reader import Index, open_index
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "content"


def pytest_configure() -> None:
    """A shell that runs tests in the background has switched Ctrl-C off for all its children; tests of stopping need it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class HashEmbedder:
    """Character trigrams hashed into 64 dimensions: deterministic, needs no model, near texts get near vectors."""

    dim = 64
    max_tokens = 256

    def __init__(self, name: str = "hash") -> None:
        self.name = name
        self.digest = hashlib.sha256(name.encode()).hexdigest()
        self.embedded: list[str] = []  # every passage text that was really embedded

    def _rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for i in range(max(len(text) - 2, 1)):
                digest = hashlib.blake2b((self.name + text[i : i + 3].lower()).encode(), digest_size=4).digest()
                row[int.from_bytes(digest, "big") % self.dim] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._rows(texts)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return self._rows(texts)

    def count_tokens(self, text: str) -> int:
        return max(1, len(text) // 4)


def open_wholly(index_dir: Path) -> Index:
    """Also what is otherwise compared where it is read."""
    index = open_index(index_dir)
    for file in (file for part in index.parts for file in part.read_in_places):
        file.check_all()
    return index


def document(title: str, body: str, *, kind: str = "case-study", **keys: str) -> str:
    """A document's file text; `keys` are further lines of the header, as YAML."""
    lines = [f"kind: {kind}", f'title: "{title}"', *(f"{key}: {value}" for key, value in keys.items())]
    return "---\n" + "\n".join(lines) + "\n---\n\n" + body + "\n"


SMALL = {
    "case-studies/waste-bank.en.md": document(
        "Waste bank of Makok",
        "People bring sorted waste to the bank and are paid.\n\n## Results\n\nPlastic waste fell by half in one year.",
        city="Makok",
        country="Thailand",
        themes="[waste]",
        date="2019",
    ),
    "case-studies/waste-bank.th.md": document(
        "ธนาคารขยะมะกอก",
        "ชาวบ้านนำขยะที่แยกแล้วมาฝากธนาคารและได้รับเงิน\n\n## ผลที่เกิดขึ้น\n\nขยะพลาสติกลดลงครึ่งหนึ่งภายในหนึ่งปี",
        city="มะกอก",
        country="ไทย",
        themes="[waste]",
        date="2562",
    ),
    "case-studies/canal.en.md": document(
        "Cleaning the canal of Lam Sai",
        "Waste water from houses was treated before it reached the canal.\n\n## Cost\n\nThe plant cost 12 million baht.",
        city="Lam Sai",
        country="TH",
        themes="[water]",
        date="2021-03",
    ),
    "case-studies/canal.th.md": document(
        "ฟื้นฟูคลองลำไทร",
        "น้ำเสียจากบ้านเรือนได้รับการบำบัดก่อนลงคลอง\n\n## ค่าใช้จ่าย\n\nโรงบำบัดใช้งบประมาณ 12 ล้านบาท",
        city="ลำไทร",
        country="ประเทศไทย",
        themes="[น้ำ]",
        date="มีนาคม 2564",
    ),
    "dialogues/forum.en.md": document(
        "Forum on PM2.5",
        "City leaders met.\n\n## What was said\n\n**Anong Jaidee:** Buses must be electric to cut PM2.5.\n\n"
        "**Ben Lim:** Money is the problem.",
        kind="dialogue",
        date="6 December 2022",
        themes="[air]",
        participants="[{name: Anong Jaidee, role: mayor}, {name: Ben Lim}]",
    ),
    "dialogues/forum.th.md": document(
        "เวทีหารือเรื่อง PM2.5",
        "ผู้นำเมืองมาพบกัน\n\n## สิ่งที่กล่าว\n\n**อนงค์ ใจดี:** รถเมล์ต้องเป็นไฟฟ้าเพื่อลด PM2.5\n\n**เบน ลิม:** ปัญหาคือเงินทุน",
        kind="dialogue",
        date="6 ธันวาคม 2565",
        themes="[อากาศ]",
        participants="[{name: อนงค์ ใจดี, role: นายกเทศมนตรี}, {name: เบน ลิม}]",
    ),
    "case-studies/mangrove.th.md": document(
        "ปลูกป่าชายเลนบางปู",
        "ชุมชนปลูกป่าชายเลนเพื่อป้องกันการกัดเซาะชายฝั่ง",
        city="บางปู",
        country="ไทย",
        themes="[marine-coastal]",
        date="2560",
    ),
}


def write_folder(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def small_content(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "content", SMALL)


@pytest.fixture(scope="session")
def small_kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The small collection, open, with the deterministic embedder."""
    folder = tmp_path_factory.mktemp("small")
    write_folder(folder / "content", SMALL)
    build(folder / "content", folder / "index", HashEmbedder(), silent)
    return KnowledgeBase.open(folder / "index", embedder=HashEmbedder())


@pytest.fixture(scope="session")
def small_app(small_kb: KnowledgeBase) -> FastAPI:
    return create_app(small_kb, Settings(cors_origins=("https://portal.example",)))


@pytest.fixture
def client(small_app: FastAPI) -> TestClient:
    """The application over the small collection, called in this process by a visitor without cookies."""
    return TestClient(small_app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def kb_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real content/, indexed with the built-in model."""
    folder = tmp_path_factory.mktemp("real") / "index"
    build(CONTENT, folder, open_embedder("builtin", threads=2), silent)
    return folder


def environment(**settings: object) -> dict[str, str]:
    """The environment without the developer's own KB_ settings, plus the given ones."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return clean | {f"KB_{name.upper()}": str(value) for name, value in settings.items()}


@pytest.fixture(scope="session")
def run_kb() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the real command in a process of its own: run_kb("check", "folder", content_dir=…)."""

    def run(*arguments: str, stdin: str | None = None, cwd: Path = ROOT, **settings: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kb", *arguments]
        given = {"lang": "en", **settings}
        how: dict[str, Any] = {"capture_output": True, "encoding": "utf-8", "timeout": 600}
        return subprocess.run(command, check=False, input=stdin, cwd=cwd, env=environment(**given), **how)

    return run


@pytest.fixture(scope="session")
def server_url(kb_index: Path) -> Iterator[str]:
    """A real server process over the real content."""
    command = [sys.executable, "-m", "kb", "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(index_dir=kb_index, lang="en"))
    assert process.stderr is not None
    seen = ""
    for line in process.stderr:
        seen += line
        if "http://" in line:
            break
    else:
        raise AssertionError(f"the server did not start:\n{seen}")
    yield "http://" + seen.split("http://")[1].split()[0]
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all tests, which open contexts of their own."""
    with launched() as browser:
        yield browser


@pytest.fixture
def visitors(chromium: Browser, server_url: str) -> Iterator[Visitors]:
    """Of the real content."""
    found = Visitors(chromium, server_url)
    yield found
    found.close()


@pytest.fixture
def open_page(visitors: Visitors) -> Open:
    """open_page("/path", javascript=False, …) gives a page of a fresh visitor who reads English; other options go to the context."""
    return visitors.open


@pytest.fixture
def faults(visitors: Visitors) -> list[str]:
    """What went wrong in the pages of `open_page`."""
    return visitors.faults
