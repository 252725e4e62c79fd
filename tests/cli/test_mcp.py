"""`kb mcp` asked by the official client over a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from conftest import CONTENT, ROOT, SMALL, document, environment, write_folder
from mcp import Client, MCPError, StdioServerParameters, stdio_client

from kb.knowledge_base import KnowledgeBase
from search_api import mcp_server

Found = TypeVar("Found")
CANAL = "case-studies/bangkok-saen-saep-canal"


@pytest.fixture(scope="module")
def ask(kb_index: Path) -> Callable[[Callable[[Client], Awaitable[Any]]], Any]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "kb", "mcp"], env=environment(index_dir=kb_index, content_dir=CONTENT), cwd=ROOT
    )

    def run(question: Callable[[Client], Awaitable[Found]]) -> Found:
        async def session() -> Found:
            with anyio.fail_after(120):
                async with Client(stdio_client(server)) as client:
                    return await question(client)

        # In a thread of its own: the browser of other tests keeps an event loop in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(anyio.run, session).result()

    return run


def said(result: Any) -> str:
    return "".join(part.text for part in result.content)


def test_tools_and_resources_are_described_in_both_languages(ask: Any) -> None:
    async def everything(client: Client) -> Any:
        return (await client.list_tools()).tools, (await client.list_resources()).resources

    tools, resources = ask(everything)
    assert {tool.name for tool in tools} == {"search", "read_document", "list_documents", "suggest", "similar"}
    for tool in tools:
        assert any("ก" <= letter <= "๎" for letter in tool.description) and tool.description[0].isascii()
    assert len(resources) == len(list(CONTENT.rglob("*.md")))
    assert f"kb://documents/th/{CANAL}" in {str(resource.uri) for resource in resources}


def test_a_long_list_of_resources_comes_in_pages(small_kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_server, "LISTED", 3)
    server = mcp_server.create(lambda: small_kb)  # type: ignore[arg-type]

    async def pages() -> list[list[str]]:
        async with Client(server) as client:
            found, cursor = [], None
            while not found or cursor:
                page = await client.list_resources(cursor=cursor)
                found.append([str(each.uri) for each in page.resources])
                cursor = page.next_cursor
            return found

    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(anyio.run, pages).result()
    assert [len(page) for page in found] == [3, 3, 1]
    assert len({uri for page in found for uri in page}) == len(SMALL)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"question": "ลดขยะพลาสติกในเมืองท่องเที่ยว", "country": ["เวียดนาม"]}, "case-studies/hue-plastic-smart-city"),
        ({"question": "who pays for cleaning the Saen Saep canal", "lang": "th", "limit": 1}, CANAL),
        ({"question": "who pays for cleaning the Saen Saep canal", "document_lang": ["th"], "limit": 1}, CANAL),
    ],
)
def test_search(ask: Any, arguments: dict[str, Any], expected: str) -> None:
    result = ask(lambda client: client.call_tool("search", arguments))
    found = json.loads(said(result))
    assert not result.is_error and found["hits"][0]["id"] == expected
    assert len(found["hits"]) <= arguments.get("limit", 5)
    assert found["hits"][0]["lang"] == "th"


def test_documents_are_read_listed_and_compared(ask: Any) -> None:
    async def calls(client: Client) -> Any:
        read = await client.call_tool("read_document", {"id": CANAL, "lang": "th"})
        resource = await client.read_resource(f"kb://documents/th/{CANAL}")
        listed = await client.call_tool("list_documents", {"lang": "th", "kind": ["dialogue"], "limit": 2})
        suggested = await client.call_tool("suggest", {"text": "เทศบาล"})
        similar = await client.call_tool("similar", {"id": CANAL, "limit": 3})
        return read, resource, listed, suggested, similar

    read, resource, listed, suggested, similar = ask(calls)
    source = (CONTENT / f"{CANAL}.th.md").read_text("utf-8")
    assert said(read) == source and resource.contents[0].text == source
    listing = json.loads(said(listed))
    assert len(listing["documents"]) == 2 and {d["kind"] for d in listing["documents"]} == {"dialogue"}
    assert json.loads(said(suggested))["suggestions"]
    assert CANAL not in said(similar) and "case-studies/" in said(similar)


def test_documents_of_one_language_are_listed(ask: Any) -> None:
    listed = ask(lambda client: client.call_tool("list_documents", {"lang": "en", "document_lang": ["th"], "limit": 3}))
    assert {document["lang"] for document in json.loads(said(listed))["documents"]} == {"th"}


def test_a_newer_index_answers_without_a_restart(small_content: Path, tmp_path: Path) -> None:
    where = environment(content_dir=small_content, index_dir=tmp_path / "index", lang="en")
    command = [sys.executable, "-m", "kb", "index"]
    subprocess.run(command, check=True, capture_output=True, env=where, cwd=ROOT)
    server = StdioServerParameters(command=sys.executable, args=["-m", "kb", "mcp"], env=where, cwd=ROOT)
    new, text = "kb://documents/en/case-studies/solar", "Photovoltaic panels of the market hall."
    asked = {"question": text, "limit": 20}

    async def before_and_after() -> tuple[Any, ...]:
        with anyio.fail_after(240):
            async with Client(stdio_client(server)) as client:
                before = await client.call_tool("search", asked), await client.list_resources()
                write_folder(small_content, {"case-studies/solar.en.md": document("Solar roofs", text)})
                await anyio.run_process(command, env=where, cwd=ROOT)
                after = await client.call_tool("search", asked), await client.list_resources()
                return *before, *after, await client.read_resource(new)

    found, listed, found_after, listed_after, read = anyio.run(before_and_after)
    assert "case-studies/solar" not in said(found)
    assert json.loads(said(found_after))["hits"][0]["id"] == "case-studies/solar"
    addresses = [{str(resource.uri) for resource in each.resources} for each in (listed, listed_after)]
    assert addresses[1] - addresses[0] == {new}
    assert "Photovoltaic" in read.contents[0].text


def test_an_unknown_resource_is_refused(ask: Any) -> None:
    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as raised:
            await client.read_resource("kb://documents/th/no/such")
        return str(raised.value)

    assert "ไม่มีเอกสารนี้" in ask(refused)


@pytest.mark.parametrize(
    ("tool", "arguments", "fragments"),
    [
        ("read_document", {"id": "no/such"}, ("there is no such document", "ไม่มีเอกสารนี้")),
        ("search", {"question": "x", "year": ["soon"]}, ("there is no such year", "ปี")),
        ("search", {"question": "x", "limit": 1000}, ("limit",)),
        ("similar", {"id": "no/such"}, ("there is no such document", "ไม่มีเอกสารนี้")),
    ],
)
def test_mistakes_are_errors_of_the_tool(ask: Any, tool: str, arguments: dict[str, Any], fragments: tuple[str, ...]) -> None:
    result = ask(lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    assert all(fragment in said(result) for fragment in fragments), said(result)


def test_without_the_extra_the_command_says_what_to_install(kb_index: Path) -> None:
    code = (
        "import importlib.util as u, sys; real = u.find_spec; u.find_spec = lambda n, *a: None if n == 'mcp' else real(n, *a);"
        "sys.argv = ['kb', 'mcp']; from kb.cli import main; main()"
    )
    where = environment(index_dir=kb_index, lang="th")
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, encoding="utf-8", env=where, cwd=ROOT)
    assert done.returncode == 3 and 'pip install "kb[mcp]"' in done.stderr and "ต้องติดตั้งเพิ่ม" in done.stderr
