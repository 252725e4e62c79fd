"""English words that everyone may use, the most frequent first: the whole words among the built-in model's word pieces.

The vocabulary of BERT (Devlin et al. 2019), in the order of its training text's frequencies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kb.errors import Message, ModelError

FILE = Path(__file__).resolve().parent.parent / "models/builtin/tokenizer.json"


@cache
def ranks() -> Mapping[str, int]:
    """Word -> place by frequency, from 1; lower case, letters only, two or more. Raises ModelError when the file is damaged."""
    try:
        vocabulary: dict[str, int] = json.loads(FILE.read_bytes())["model"]["vocab"]
        ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _damaged(fault) from fault
    words = [word for word in ordered if len(word) > 1 and word.isascii() and word.isalpha()]
    return {word: rank for rank, word in enumerate(words, start=1)}


def _damaged(fault: Exception) -> ModelError:
    name = type(fault).__name__
    return ModelError(
        Message(
            f"{FILE}: the model's words cannot be read ({name}). Install the package again, or fetch the file from version control.",
            f"{FILE}: อ่านคำของโมเดลไม่ได้ ({name}) โปรดติดตั้งแพ็กเกจใหม่ หรือดึงไฟล์จากระบบควบคุมรุ่น",
        )
    )
