"""Text -> vectors. One protocol, two implementations: the built-in bilingual model, and any sentence-transformers model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import Message, ModelError

BUILTIN = "builtin"
BUILTIN_FOLDER = Path(__file__).resolve().parent.parent / "models" / "builtin"


class Embedder(Protocol):
    """Rows have length 1, so that the inner product of two is their cosine."""

    @property
    def name(self) -> str:
        """As given in the settings."""

    @property
    def digest(self) -> str:
        """sha256, hex, of all that determines a vector; another digest means that vectors must not be mixed."""

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Longer texts are cut there; special tokens included."""

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim). A text without a word gives the vector of the special tokens alone."""

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim)"""

    def count_tokens(self, text: str) -> int:
        """Length of a text in the model's tokens, special tokens included, before it is cut."""


def open_embedder(model: str, threads: int = 1) -> Embedder:
    """`builtin`, a folder, or the name of a sentence-transformers model that is on this machine or can be fetched.

    threads: texts embedded side by side. Raises ModelError with the remedy.
    """
    from kb.embedding import builtin

    folder = BUILTIN_FOLDER if model == BUILTIN else Path(model)
    if model == BUILTIN or builtin.is_builtin_format(folder):
        return builtin.BuiltinEmbedder(model, folder, threads)
    if (folder.is_absolute() or model.startswith(".")) and not folder.is_dir():
        raise ModelError(
            Message(
                f"{model}: there is no model folder here. Set KB_MODEL to `builtin`, to a folder, or to a model's name.",
                f"{model}: ไม่มีโฟลเดอร์แบบจำลองนี้ โปรดตั้ง KB_MODEL เป็น `builtin` โฟลเดอร์ หรือชื่อแบบจำลอง",
            )
        )
    from kb.embedding import sentence_transformers

    return sentence_transformers.load(model, threads)
