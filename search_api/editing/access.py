"""Who may edit: those who know the token. What the browser keeps is not the token but a session signed with a key derived from it.

Sessions are stateless, so that several worker processes agree; a new token ends them all. Every form carries a value derived from its
session and salted anew on each page, so that its repetition in compressed pages tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Literal

from kb.errors import Message
from search_api.problems import Refused

COOKIE = "editor"
LASTS = 12 * 3600  # seconds; renewed with every page
TRIES = 5  # wrong tokens from one address within
WINDOW = 15 * 60  # seconds
ADDRESSES = 10_000  # remembered at most
Role = Literal["guest", "editor"]  # a guest's session only protects the sign-in form
ROLES: tuple[Role, ...] = ("guest", "editor")


@dataclass(frozen=True, slots=True)
class Session:
    role: Role
    nonce: str
    ends: int  # Unix time, seconds

    @property
    def signed_in(self) -> bool:
        return self.role == "editor"


class Access:
    """Checks of one token. Holds keys derived from it and the failed tries of this process."""

    def __init__(self, token: str) -> None:
        # A slow derivation: a stolen session value is no quick way to a weak token.
        self._key = hashlib.scrypt(token.encode(), salt=b"kb editor session", n=2**14, r=8, p=1, dklen=32)
        self._digest = hashlib.sha256(self._key + token.encode()).digest()
        self._tries = Tries()

    def accepts(self, token: str, address: str) -> bool:
        """Compared in constant time. Raises Refused (429) after TRIES wrong ones from an address."""
        self._tries.check(address)
        right = hmac.compare_digest(hashlib.sha256(self._key + token.encode("utf-8", "replace")).digest(), self._digest)
        (self._tries.forget if right else self._tries.note)(address)
        return right

    def new_session(self, role: Role, nonce: str = "") -> Session:
        return Session(role, nonce or secrets.token_urlsafe(12), int(time.time()) + LASTS)

    def sealed(self, session: Session) -> str:
        """The cookie's value."""
        plain = f"{session.role}.{session.nonce}.{session.ends}"
        return f"{plain}.{self._mac('session', plain)}"

    def opened(self, cookie: str) -> Session | None:
        """The session of a cookie; None when it is forged, damaged or over."""
        plain, _, mac = cookie.rpartition(".")
        if not hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac("session", plain).encode()):
            return None
        role, nonce, ends = plain.split(".")
        return Session("editor" if role == "editor" else "guest", nonce, int(ends)) if int(ends) > time.time() else None

    def form_token(self, session: Session) -> str:
        salt = secrets.token_urlsafe(9)
        return f"{salt}.{self._form_mac(session, salt)}"

    def owns_form(self, session: Session, given: str) -> bool:
        salt, _, mac = given.partition(".")
        return hmac.compare_digest(mac.encode("utf-8", "replace"), self._form_mac(session, salt).encode())

    def _form_mac(self, session: Session, salt: str) -> str:
        return self._mac("form", f"{session.role}.{session.nonce}.{salt}")

    def _mac(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}\0{text}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


@dataclass
class Tries:
    """When wrong tokens came from which address; the addresses longest quiet are forgotten first."""

    _seen: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, address: str) -> None:
        """Raises Refused (429)."""
        with self._lock:
            times = self._recent(network(address))
            wait = int(WINDOW - (time.monotonic() - times[0])) + 1 if len(times) >= TRIES else 0
        if wait:
            minutes = -(-wait // 60)
            en = f"Too many wrong tokens from this address. Try again in {minutes} minutes."
            th = f"ใส่รหัสผิดหลายครั้งเกินไปจากที่อยู่นี้ โปรดลองใหม่ในอีก {minutes} นาที"
            raise Refused(429, Message(en, th), {"Retry-After": str(wait)})

    def note(self, address: str) -> None:
        with self._lock:
            key = network(address)
            times = self._recent(key)
            times.append(time.monotonic())
            self._seen[key] = times
            self._seen.move_to_end(key)
            while len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)

    def forget(self, address: str) -> None:
        with self._lock:
            self._seen.pop(network(address), None)

    def _recent(self, key: str) -> deque[float]:
        times = self._seen.get(key, deque(maxlen=TRIES))
        while times and time.monotonic() - times[0] > WINDOW:
            times.popleft()
        return times


def network(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one, which belongs to one subscriber."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
