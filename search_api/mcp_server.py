"""The knowledge base as a server of the Model Context Protocol (official SDK, 2.x) over standard input and output.

Tools search, read, list, suggest, similar; every document is a resource kb://documents/{lang}/{id}. Each call is
answered from the newest index. Replies are those of the JSON API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar
from urllib.parse import quote, unquote

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, ListResourcesResult, PaginatedRequestParams, Resource, ToolAnnotations
from pydantic import AnyUrl, Field

import kb as package
from kb.errors import KbError, Lang, NotFound
from kb.search.limits import MAX_LIMIT, MAX_OFFSET, not_found
from kb.search.question import MAX_LENGTH
from kb.text.language import detect
from kb.types import DocumentSummary, Filters
from search_api import replies, schemas
from search_api.newest import Newest

Given = ParamSpec("Given")
Reply = TypeVar("Reply")
Choice = Literal["th", "en"]
MARKDOWN = "text/markdown"
LISTED = 500  # resources on a page of the list
ADDRESS = re.compile(r"kb://documents/(th|en)/(.+)", re.DOTALL)
INSTRUCTIONS = (
    "Documents of the Smart Green ASEAN Cities programme (case studies, dialogue records) in Thai and English. Search with a whole "
    "question in either language: documents of both are found. Cite the document's id, language and lines. "
    "เอกสารโครงการเมืองอาเซียนสีเขียวอัจฉริยะ (กรณีศึกษา บันทึกการหารือ) ภาษาไทยและอังกฤษ ถามเป็นประโยคภาษาใดก็ได้ ผลมาจากเอกสารทั้งสองภาษา "
    "โปรดอ้างอิง id ภาษา และบรรทัดของเอกสาร"
)
READING = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def create(newest: Newest) -> MCPServer[Any]:
    server = _Server(newest)
    _add_search(server, newest)
    _add_documents(server, newest)
    return server


def _told(tool: Callable[Given, Reply]) -> Callable[Given, Reply]:
    """What kb refuses is an error of the tool, in both languages, not of the protocol."""

    @wraps(tool)
    def told(*values: Given.args, **named: Given.kwargs) -> Reply:
        try:
            return tool(*values, **named)
        except KbError as fault:
            raise ToolError(f"{fault.message.en}\n{fault.message.th}") from None

    return told


def _add_search(server: MCPServer[Any], newest: Newest) -> None:
    @server.tool(
        title="Search · ค้นหา",
        description="Search by a question in Thai or English; documents of both languages, with the passages that answer and why. "
        "ค้นหาด้วยคำถามภาษาไทยหรืออังกฤษ ได้เอกสารทั้งสองภาษาพร้อมตอนที่ตอบคำถามและเหตุผลที่พบ",
        annotations=READING,
    )
    @_told
    def search(
        question: str = Field(max_length=MAX_LENGTH, description="The question; empty lists the newest documents. คำถาม"),
        lang: Choice | None = Field(default=None, description="Language in which hits are shown. ภาษาที่ใช้แสดงผล"),
        document_lang: list[Choice] = Field(default=[], description="Only documents in th or en. เฉพาะเอกสารภาษานี้"),
        kind: list[str] = Field(default=[], description="case-study, dialogue. ประเภท"),
        country: list[str] = Field(default=[], description="ISO code or name. ประเทศ"),
        city: list[str] = Field(default=[], description="City. เมือง"),
        theme: list[str] = Field(default=[], description="Theme. หัวข้อ"),
        year: list[str] = Field(default=[], description="2022, 2565 or 2019-2021. ปี"),
        organisation: list[str] = Field(default=[], description="Organisation. หน่วยงาน"),
        speaker: list[str] = Field(default=[], description="Speaker in a dialogue. ผู้พูด"),
        limit: int = Field(default=5, ge=1, le=MAX_LIMIT, description="Documents. จำนวนเอกสาร"),
    ) -> schemas.SearchOut:
        given: dict[str, Sequence[str]] = {"lang": document_lang, "kind": kind, "country": country, "city": city}
        given |= {"theme": theme, "year": year, "organisation": organisation, "speaker": speaker}
        filters = Filters(**{name: tuple(values) for name, values in given.items()})
        found = newest().search(question, lang=lang, filters=filters, limit=limit)
        return schemas.SearchOut.model_validate(replies.search(found, []))

    @server.tool(
        title="Suggest · คำแนะนำ",
        description="Titles, places, people and terms that begin with or hold a few letters. ชื่อเรื่อง สถานที่ บุคคล และศัพท์ที่ขึ้นต้นหรือมีอักษรที่พิมพ์",
        annotations=READING,
    )
    @_told
    def suggest(
        text: str = Field(max_length=200, description="The first letters. อักษรที่พิมพ์"),
        limit: int = Field(default=8, ge=1, le=50, description="Suggestions. จำนวน"),
    ) -> schemas.SuggestOut:
        return schemas.SuggestOut.model_validate(replies.suggestions(text, newest().suggest(text, detect(text), limit)))


def _add_documents(server: MCPServer[Any], newest: Newest) -> None:
    @server.tool(
        title="Read a document · อ่านเอกสาร",
        description="The whole Markdown of a document, header included. เนื้อหา Markdown ทั้งฉบับของเอกสาร รวมส่วนหัว",
        annotations=READING,
    )
    @_told
    def read_document(
        id: str = Field(description="As in a hit, e.g. case-studies/hue-plastic-smart-city. id ตามผลการค้นหา"),
        lang: Choice | None = Field(default=None, description="Language; any when left out. ภาษา"),
    ) -> str:
        return newest().document(id, lang).source

    @server.tool(
        title="List documents · รายการเอกสาร",
        description="All documents, newest first; a translation pair is one. เอกสารทั้งหมด ใหม่สุดก่อน คู่ฉบับแปลนับเป็นหนึ่ง",
        annotations=READING,
    )
    @_told
    def list_documents(
        lang: Choice = Field(default="en", description="Language of the titles where it exists. ภาษาของชื่อเรื่อง"),
        document_lang: list[Choice] = Field(default=[], description="Only documents in th or en. เฉพาะเอกสารภาษานี้"),
        kind: list[str] = Field(default=[], description="case-study, dialogue. ประเภท"),
        limit: int = Field(default=50, ge=1, le=500, description="Documents. จำนวนเอกสาร"),
        offset: int = Field(default=0, ge=0, le=MAX_OFFSET, description="Documents to pass over. ข้ามกี่เอกสาร"),
    ) -> schemas.DocumentsOut:
        total, page = newest().documents(
            lang=lang, filters=Filters(kind=tuple(kind), lang=tuple(document_lang)), limit=limit, offset=offset
        )
        return schemas.DocumentsOut.model_validate(replies.documents(total, page, offset, limit))

    @server.tool(
        title="Similar documents · เอกสารที่คล้ายกัน",
        description="Documents close in meaning to one. เอกสารที่มีความหมายใกล้เคียงกับเอกสารหนึ่ง",
        annotations=READING,
    )
    @_told
    def similar(
        id: str = Field(description="As in a hit. id ตามผลการค้นหา"),
        lang: Choice = Field(default="en", description="Language in which they are shown. ภาษาที่ใช้แสดงผล"),
        limit: int = Field(default=5, ge=1, le=MAX_LIMIT, description="Documents. จำนวนเอกสาร"),
    ) -> list[schemas.HitOut]:
        return [schemas.HitOut.model_validate(replies.hit(each, lang)) for each in newest().similar(id, lang, limit)]


def address(document_id: str, lang: Lang) -> str:
    """The resource of a document."""
    return f"kb://documents/{lang}/{quote(document_id)}"


class _Server(MCPServer[Any]):
    """Its resources are the documents of the newest generation. Both methods are the SDK's, called for every request."""

    def __init__(self, newest: Newest) -> None:
        super().__init__(
            "smart-green-asean-cities", title="Smart Green ASEAN Cities · เมืองอาเซียนสีเขียวอัจฉริยะ", instructions=INSTRUCTIONS,
            version=package.__version__, log_level="WARNING",
        )  # fmt: skip
        self._newest = newest

    async def list_resources(self) -> list[Resource]:
        return self._listed(0)

    async def _handle_list_resources(self, ctx: Any, params: PaginatedRequestParams | None) -> ListResourcesResult:
        """A page of them; the cursor is the place in the list from which the next one goes on."""
        cursor = params.cursor if params and params.cursor else "0"
        if not cursor.isascii() or not cursor.isdigit():
            raise MCPError(code=INVALID_PARAMS, message=f"{cursor}: this is no cursor of this list. ไม่ใช่ตำแหน่งของรายการนี้")
        found, end = self._listed(int(cursor)), int(cursor) + LISTED
        more = end < len(self._newest().catalogue.columns)
        return ListResourcesResult(resources=found, next_cursor=str(end) if more else None)

    def _listed(self, first: int) -> list[Resource]:
        """Documents by id and language."""
        catalogue = self._newest().catalogue
        numbers = catalogue.by_id()[first : first + LISTED]
        return [_resource(catalogue.summary(number)) for number in numbers.tolist()]

    async def read_resource(self, uri: AnyUrl | str, context: object = None) -> list[ReadResourceContents]:
        """Raises ResourceNotFoundError."""
        match = ADDRESS.fullmatch(str(uri))
        try:
            if match is None:
                raise not_found(str(uri), None)
            source = self._newest().document(unquote(match[2]), "th" if match[1] == "th" else "en").source
        except NotFound:
            raise ResourceNotFoundError(f"{uri}: there is no such document. ไม่มีเอกสารนี้") from None
        return [ReadResourceContents(content=source, mime_type=MARKDOWN)]


def _resource(found: DocumentSummary) -> Resource:
    name, description = f"{found.id}.{found.lang}", found.summary or found.title
    return Resource(uri=address(found.id, found.lang), name=name, title=found.title, description=description, mime_type=MARKDOWN)
