"""Addresses of a Milvus: what is understood, what is refused, and that no password gets into a message."""

from __future__ import annotations

import pytest

from kb.errors import SettingsError
from kb.index.milvus.address import Address

ADDRESSES = {
    "host": ("milvus://db.example", "http://db.example:19530", "default", ""),
    "port and database": ("milvus://db.example:1234/kb", "http://db.example:1234", "kb", ""),
    "password": ("milvus+tls://root:p%40ss@db.example/kb", "https://db.example:19530", "kb", "root:p@ss"),
    "IPv6": ("milvus://[::1]:1234", "http://[::1]:1234", "default", ""),
    "file": ("milvus:///var/lib/kb%20x.db", "/var/lib/kb x.db", "default", ""),
}


@pytest.mark.parametrize(("text", "uri", "database", "token"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_addresses(text: str, uri: str, database: str, token: str) -> None:
    address = Address.parse(text)
    assert (address.uri, address.database, address.token) == (uri, database, token)
    assert "p@ss" not in repr(address) + address.place and "p%40ss" not in address.place


@pytest.mark.parametrize(
    "text", ["http://x", "milvus://", "milvus:///no-file", "milvus://h:x", "milvus://a:secret@h:70000", "milvus://h?x=1"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Address.parse(text)
    assert "secret" not in caught.value.message.en and "milvus://host:19530/database" in caught.value.message.th
