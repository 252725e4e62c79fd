"""Where Milvus is: `milvus://[user:password@]host[:port][/database]`, `milvus+tls://…`, or `milvus:///path/to/file.db` (milvus-lite)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from kb.errors import Message, SettingsError

SCHEMES = {"milvus": "http", "milvus+tls": "https"}
PORT = 19530
DATABASE = "default"


@dataclass(frozen=True, slots=True)
class Address:
    uri: str  # as pymilvus takes it
    database: str
    place: str  # for messages: without the password
    token: str = field(default="", repr=False)  # "user:password"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Raises SettingsError for anything that is no address of these kinds."""
        try:
            parts = urlsplit(text)
            port = parts.port or PORT
        except ValueError:
            raise _error(text) from None
        if parts.scheme not in SCHEMES or parts.query or parts.fragment:
            raise _error(text)
        return cls._server(parts, port) if parts.hostname else cls._file(parts, text)

    @classmethod
    def _server(cls, parts: SplitResult, port: int) -> Address:
        database = unquote(parts.path.strip("/")) or DATABASE
        token = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return cls(f"{SCHEMES[parts.scheme]}://{host}:{port}", database, f"{parts.scheme}://{host}:{port}/{database}", token)

    @classmethod
    def _file(cls, parts: SplitResult, text: str) -> Address:
        path = unquote(parts.path)
        if parts.netloc or not path.startswith("/") or not path.endswith(".db"):
            raise _error(text)
        return cls(path, DATABASE, f"{parts.scheme}://{path}")


def _error(text: str) -> SettingsError:
    # What stands before an @ may be a password, and messages end up in logs.
    shown = text.rpartition("@")[2]
    forms = "milvus://host:19530/database, milvus+tls://host:19530/database, milvus:///path/to/file.db"
    return SettingsError(
        Message(
            f"engine: {shown!r} is not the address of a Milvus; write it like {forms}",
            f"engine: {shown!r} ไม่ใช่ที่อยู่ของ Milvus เขียนได้ดังนี้ {forms}",
        )
    )
