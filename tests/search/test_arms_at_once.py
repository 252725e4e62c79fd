"""Both arms asked at once find what they find one after the other, and their stages are still timed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.knowledge_base import KnowledgeBase
from kb.search import arms
from kb.stages import timed

QUESTIONS = ("ลดขยะพลาสติกในเมือง", "how do cities cut plastic waste", "คุณภาพอากาศ PM2.5", "circular economy")


@pytest.mark.parametrize("question", QUESTIONS)
def test_arms_asked_at_once_find_the_same(kb_index: Path, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kb = KnowledgeBase.open(kb_index)
    one_by_one = kb.search(question)
    monkeypatch.setattr(arms, "AT_ONCE_FROM", 1)
    with timed() as seconds:
        assert kb.search(question) == one_by_one
    assert {"terms", "vectors"} <= seconds.keys()
