"""What the OpenAPI description promises, held against requests that are made from it: no fault of the server, no reply of another shape.

KB_OPENAPI_EXAMPLES=500 python -m pytest tests/api/test_openapi.py      many more requests than in every test run
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import schemathesis
from conftest import SMALL, write_folder
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from search_api.app import create_app

TOKEN = "a-token-for-the-tests"
EXAMPLES = int(os.environ.get("KB_OPENAPI_EXAMPLES", "12"))  # requests for each operation
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module")
def described(small_kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> schemathesis.schemas.BaseSchema:
    folder = tmp_path_factory.mktemp("described")
    content = write_folder(folder / "content", SMALL)
    app = create_app(small_kb, Settings(content_dir=content, index_dir=Path(folder / "index"), editor_token=TOKEN))
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("kind", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "against it"])
def test_the_description_holds(described: schemathesis.schemas.BaseSchema, kind: GenerationMode) -> None:
    """For requests as described, and for those that break a rule of it."""
    held = [_held(each.ok(), kind) for each in described.get_all_operations()]
    assert len(held) > 12 and sum(held) > 10


def _held(operation: schemathesis.schemas.APIOperation, kind: GenerationMode) -> bool:
    """False where nothing can be against the description, which sets no rule."""
    headers = {"Authorization": f"Bearer {TOKEN}"} if "/editor/" in operation.path else {}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES < 100,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=kind))
    def hold(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    try:
        hold()
    except Unsatisfiable:
        return False
    return True
