"""kb: a bilingual (Thai/English) knowledge base searched by meaning.

from kb import KnowledgeBase
KnowledgeBase.open(".kb/index").search("ลดขยะพลาสติกในเมืองท่องเที่ยว")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import kb.offline  # noqa: F401  first: the switches must be set before any library looks at them

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

__all__ = ["KnowledgeBase", "__version__"]
__version__ = "0.1.0"

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load KnowledgeBase on first use, so that `kb --help` does not pay for numpy and FAISS."""
        if name == "KnowledgeBase":
            from kb.knowledge_base import KnowledgeBase

            return KnowledgeBase
        raise AttributeError(f"module 'kb' has no attribute {name!r}")
