"""Two states of a small collection of both languages, and a model that costs nothing: what is at stake here is files, not ranking."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STATES = ("before", "after")
QUESTIONS = ("waste bank", "ธนาคารขยะ", "solar roof", "น้ำท่วม", "market")
SUBJECTS = 6  # in each state; one is only in the first, one only in the second, two differ
THINGS = ("waste bank", "canal", "solar roof", "bus", "market", "mangrove", "flood wall")
THAI = ("ธนาคารขยะ", "คลอง", "หลังคาโซลาร์", "รถเมล์", "ตลาด", "ป่าชายเลน", "กำแพงกันน้ำท่วม")


class Embedder:
    """Vectors of length 1 that the text decides, and nothing else. See kb.embedding.Embedder."""

    name, dim, max_tokens = "digest", 32, 256
    digest = hashlib.sha256(b"digest").hexdigest()

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
            row[:] = np.random.default_rng(seed).standard_normal(self.dim)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)  # type: ignore[no-any-return]

    def count_tokens(self, text: str) -> int:
        return max(1, len(text) // 4)


def write(root: Path) -> dict[str, Path]:
    """State -> its content folder."""
    found = {}
    for number, state in enumerate(STATES):
        folder = found[state] = root / f"content-{state}"
        (folder / "case-studies").mkdir(parents=True, exist_ok=True)
        for subject in range(number, number + SUBJECTS):
            words = f"{12 + subject} million baht, told {state}" if subject in (2, 3) else f"{12 + subject} million baht"
            english, thai = THINGS[subject], THAI[subject]
            text = {
                "en": ("Thailand", f"People of the {english} came together.\n\n## Cost\n\nThe {english} cost {words}."),
                "th": ("ไทย", f"ชาวบ้านร่วมกันทำ{thai}\n\n## ค่าใช้จ่าย\n\n{thai}ใช้งบประมาณ {words}"),
            }
            for lang, (country, body) in text.items():
                title = f"The {english}" if lang == "en" else f"เรื่อง{thai}"
                head = f'---\nkind: case-study\ntitle: "{title}"\ncountry: {country}\nthemes: [waste]\ndate: "2019"\n---\n\n'
                (folder / "case-studies" / f"subject-{subject}.{lang}.md").write_text(head + body + "\n", "utf-8")
    return found
