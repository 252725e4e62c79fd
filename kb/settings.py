"""One frozen Settings value, read once at a door (command line, server) from `kb.toml` and the environment."""

from __future__ import annotations

import difflib
import locale
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kb import failpoints
from kb.errors import Lang, Message, SettingsError

ENV_PREFIX = "KB_"
SITE_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


@dataclass(frozen=True, slots=True)
class Settings:
    content_dir: Path = Path("content")  # Markdown files
    index_dir: Path = Path(".kb/index")  # where generations are published
    model: str = "builtin"  # "builtin", "builtin-static", a folder, or the name of a sentence-transformers model
    engine: str = field(default="local", repr=False)  # "local", or a Milvus: milvus://[user:password@]host:19530/database
    vector_index: str = "auto"  # how vectors are searched: "auto" by their number, "exact", or "ivf-pq"
    host: str = "127.0.0.1"
    port: int = 8000  # 0–65535; 0 lets the system choose
    lang: str = "auto"  # language of messages on the command line: auto, th, en
    cors_origins: tuple[str, ...] = ()  # origins that may call the API from a browser, e.g. https://portal.example.go.th
    site_url: str = ""  # the site's public address for feeds and site map, e.g. https://kb.example.go.th; "" takes the request's own
    workers: int = 1  # server processes, 1–64; with one a core all cores answer questions
    threads: int = 1  # threads for one embedding call while serving; indexing uses all cores
    state_dir: Path | None = None  # what the server writes while it runs (counted questions); None: "state" beside the index
    count_questions: bool = True  # whether questions that find little are counted for the editors
    log_format: str = "text"  # of the server's log: "text" for people, "json" for programs, which has a line for each request too
    log_questions: bool = False  # whether log lines may hold what was asked
    metrics: str = ""  # host:port where Prometheus fetches numbers; "": none are kept
    traces: bool = False  # whether spans of requests are sent by OpenTelemetry
    editor_token: str = field(default="", repr=False)  # opens the editors' pages; "": there are none
    editor_git: bool = False  # whether a document saved in the browser is committed to git

    @property
    def state_folder(self) -> Path:
        return self.state_dir or self.index_dir.parent / "state"

    @property
    def message_lang(self) -> Lang:
        """The language for people at this terminal: the setting, or the system's locale."""
        if self.lang in ("th", "en"):
            return "th" if self.lang == "th" else "en"
        code = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
        return "th" if code.startswith("th") else "en"


OTHERS = ("KB_CONFIG", failpoints.VARIABLE)  # variables that are no settings
NAMES = tuple(f.name for f in fields(Settings))
LOG_FORMATS = ("text", "json")
METRICS = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})")
VECTOR_INDEXES = ("auto", "exact", "ivf-pq")
RANGES = {"port": (0, 65535), "threads": (1, 256), "workers": (1, 64)}
SWITCHES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
TOKEN_LENGTH = 16  # characters an editors' token has at least


def load(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Settings from the file (`kb.toml`, or the path in KB_CONFIG), overridden by KB_* variables.

    Raises SettingsError for a key that does not exist, a value of the wrong kind and a named file that is missing.
    """
    environ = os.environ if environ is None else environ
    failpoints.parse(environ.get(failpoints.VARIABLE, ""))
    named = environ.get("KB_CONFIG")
    path = file or Path(named or "kb.toml")
    values = _from_file(path) if path.exists() or named or file else {}
    values |= {key: (f"{ENV_PREFIX}{key.upper()}", text) for key, text in _from_environment(environ)}
    return Settings(**{key: _convert(key, origin, raw) for key, (origin, raw) in values.items()})


def _from_file(path: Path) -> dict[str, tuple[str, Any]]:
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise _error(
            str(path), "the settings file does not exist; create it or unset KB_CONFIG", "ไม่มีไฟล์ตั้งค่านี้ สร้างไฟล์หรือเลิกตั้ง KB_CONFIG"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _error(str(path), f"is not readable TOML ({fault}); correct it", f"อ่านเป็น TOML ไม่ได้ ({fault}) โปรดแก้ไข") from None
    for key in raw:
        _known(key, f"{path}: {key}")
    return {key: (f"{path}: {key}", value) for key, value in raw.items()}


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for name, text in environ.items():
        if name.startswith(ENV_PREFIX) and name not in OTHERS and text != "":
            found.append((_known(name.removeprefix(ENV_PREFIX).lower(), name), text))
    return found


def _known(key: str, place: str) -> str:
    if key in NAMES:
        return key
    near = difflib.get_close_matches(key, NAMES, n=1)
    hint_en = f"did you mean {near[0]}? " if near else ""
    hint_th = f"หมายถึง {near[0]} หรือไม่ " if near else ""
    known = ", ".join(NAMES)
    raise _error(place, f"there is no such setting; {hint_en}known: {known}", f"ไม่มีค่าตั้งชื่อนี้ {hint_th}ที่มีคือ {known}")


def _convert(key: str, place: str, raw: Any) -> Any:
    if key in ("content_dir", "index_dir", "state_dir"):
        return Path(str(raw)).expanduser()
    if key in CHECKED:
        return CHECKED[key](place, raw)
    if key in RANGES:
        return _number(key, place, raw)
    if key == "cors_origins":
        items = raw.split(",") if isinstance(raw, str) else raw
        return tuple(str(item).strip() for item in items if str(item).strip())
    if key == "site_url" and raw and not SITE_URL.fullmatch(str(raw)):
        raise _error(place, f"{raw!r} is not like https://kb.example.go.th", f"{raw!r} ไม่ใช่ที่อยู่แบบ https://kb.example.go.th")
    if key == "lang" and raw not in ("auto", "th", "en"):
        raise _error(place, f"{raw!r} is not one of auto, th, en", f"{raw!r} ไม่ใช่ auto, th หรือ en")
    return str(raw)


def _switch(place: str, raw: Any) -> bool:
    found = SWITCHES.get(str(raw).strip().lower())
    if found is None:
        raise _error(place, f"{raw!r} is not a switch; write 1 or 0", f"{raw!r} ไม่ใช่ค่าเปิดปิด โปรดเขียน 1 หรือ 0")
    return found


def _token(place: str, raw: Any) -> str:
    """The message does not repeat the token: messages end up in logs."""
    token = str(raw).strip()
    if len(token) >= TOKEN_LENGTH and token.isascii() and token.isprintable() and " " not in token:
        return token
    make = 'python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
    en = f"needs {TOKEN_LENGTH} letters and digits or more, without spaces; make one with: {make}"
    raise _error(place, en, f"ต้องเป็นตัวอักษรหรือตัวเลขอย่างน้อย {TOKEN_LENGTH} ตัว ไม่มีช่องว่าง สร้างได้ด้วยคำสั่ง {make}")


def _engine(place: str, raw: Any) -> str:
    """The message does not repeat the address: there may be a password in it."""
    engine = str(raw).strip()
    if engine == "local" or engine.startswith(("milvus://", "milvus+tls://")):
        return engine
    known = "local, milvus://host:19530/database, milvus:///path/to/file.db"
    raise _error(place, f"is not one of {known}", f"ไม่ใช่ {known}")


def _vector_index(place: str, raw: Any) -> str:
    if raw in VECTOR_INDEXES:
        return str(raw)
    raise _error(place, f"{raw!r} is not one of {', '.join(VECTOR_INDEXES)}", f"{raw!r} ไม่ใช่ {', '.join(VECTOR_INDEXES)}")


def _log_format(place: str, raw: Any) -> str:
    if raw in LOG_FORMATS:
        return str(raw)
    raise _error(place, f"{raw!r} is not one of {', '.join(LOG_FORMATS)}", f"{raw!r} ไม่ใช่ {', '.join(LOG_FORMATS)}")


def _metrics(place: str, raw: Any) -> str:
    found = METRICS.fullmatch(str(raw))
    if not raw or (found and int(found[1]) <= 65535):
        return str(raw)
    raise _error(place, f"{raw!r} is not like 127.0.0.1:9100", f"{raw!r} ไม่ใช่ที่อยู่แบบ 127.0.0.1:9100")


CHECKED = {
    "count_questions": _switch,
    "editor_git": _switch,
    "editor_token": _token,
    "engine": _engine,
    "log_format": _log_format,
    "log_questions": _switch,
    "metrics": _metrics,
    "traces": _switch,
    "vector_index": _vector_index,
}


def _number(key: str, place: str, raw: Any) -> int:
    low, high = RANGES[key]
    try:
        value = int(raw)
    except (TypeError, ValueError):
        value = low - 1
    if not low <= value <= high:
        raise _error(place, f"{raw!r} is not a whole number from {low} to {high}", f"{raw!r} ไม่ใช่จำนวนเต็มตั้งแต่ {low} ถึง {high}")
    return value


def _error(place: str, en: str, th: str) -> SettingsError:
    return SettingsError(Message(en=f"{place}: {en}", th=f"{place}: {th}"))
