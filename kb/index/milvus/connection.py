"""The one module that knows pymilvus: every call has a time limit and is tried once more; failures become messages with the remedy.

All calls may be repeated without harm: passages are written and deleted by their row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.errors import EngineUnreachable, IndexMissing, Message, SettingsError
from kb.index.engine import Ranked
from kb.index.milvus import collection as collections
from kb.index.milvus.address import Address
from kb.index.milvus.expressions import KEY_BYTES

READ_SECONDS = 5.0
WRITE_SECONDS = 120.0
# Connections that pymilvus or gRPC share within a process stay broken for a while after the server has come back.
OF_ITS_OWN = {"grpc.use_local_subchannel_pool": 1}
MOST = 16_384  # passages that Milvus returns at once
STALE = "Bounded"  # answers from what a query node has: at most some seconds behind
FRESH = "Strong"  # waits until all that was written before is there
REFUSED = {5, 100, 101, 800}  # codes of Milvus that a second try does not change: authentication, no collection, not loaded, no database
T = TypeVar("T")


class Connection:
    """Safe to share between threads."""

    def __init__(self, address: Address) -> None:
        """Raises EngineUnreachable, SettingsError (pymilvus or milvus-lite is not installed)."""
        self.address = address
        self._milvus = _pymilvus()
        self._failures = _failures(self._milvus)
        self._client: Any = None
        self._try(lambda: self._client.list_collections(timeout=READ_SECONDS))

    def _connect(self) -> Any:
        a = self.address
        return self._milvus.MilvusClient(
            uri=a.uri, token=a.token, db_name=a.database, timeout=READ_SECONDS, dedicated=True, grpc_options=OF_ITS_OWN
        )

    def close(self) -> None:
        self._client.close()

    def _try(self, call: Callable[[], T]) -> T:
        """The second try is made over a new connection."""
        try:
            if self._client is not None:
                return call()
        except self._failures as fault:
            if getattr(fault, "code", None) in REFUSED:
                raise self._unreachable(fault) from None
        try:
            self._client = self._connect()
            return call()
        except self._failures as fault:
            raise self._unreachable(fault) from None
        except ImportError:
            raise _not_installed() from None

    def _unreachable(self, fault: Exception) -> EngineUnreachable:
        place, said = self.address.place, " ".join(str(getattr(fault, "message", "") or fault).split())[:300]
        return EngineUnreachable(
            Message(
                f"{place}: Milvus does not do what is asked ({said}). Is it running, are the address, the database and the password in "
                "KB_ENGINE right, and is a milvus-lite file open in no other process? Then try again.",
                f"{place}: Milvus ไม่ทำตามคำขอ ({said}) ตรวจว่าเซิร์ฟเวอร์ทำงานอยู่ ที่อยู่ ฐานข้อมูล และรหัสผ่านใน KB_ENGINE ถูกต้อง "
                "และไฟล์ milvus-lite ไม่ได้เปิดอยู่ในโพรเซสอื่น แล้วลองใหม่",
            )
        )

    # Collections

    def require(self, name: str) -> None:
        """Make a collection ready to be asked. Raises IndexMissing where the database has none of this name."""
        if not self.has(name):
            raise self._missing(name)
        self._try(lambda: self._client.load_collection(name, timeout=WRITE_SECONDS))

    def has(self, name: str) -> bool:
        return bool(self._try(lambda: self._client.has_collection(name, timeout=READ_SECONDS)))

    def dim(self, name: str) -> int:
        """Length of the vectors of a collection."""
        described = self._try(lambda: self._client.describe_collection(name, timeout=READ_SECONDS))
        return next(int(field["params"]["dim"]) for field in described["fields"] if field["name"] == "dense")

    def create(self, name: str, dim: int, kind: str) -> None:
        """kind: of the vectors' index, see collection.index_kind."""
        indexes = self._milvus.MilvusClient.prepare_index_params()
        built = collections.build_parameters(kind)
        indexes.add_index(field_name="dense", index_type=kind, metric_type="IP", params=built)
        indexes.add_index(field_name="sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="IP", params={})
        # Not born and died: nearly all passages meet those conditions, so a scan of the numbers is quicker than a list of what it finds.
        for chosen_by in ("lang", "keys"):
            indexes.add_index(field_name=chosen_by, index_type="INVERTED")
        schema = self._schema(dim)
        self._try(lambda: self._create_once(name, schema, indexes))

    def _create_once(self, name: str, schema: Any, indexes: Any) -> None:
        if not self._client.has_collection(name, timeout=READ_SECONDS):
            self._client.create_collection(name, schema=schema, index_params=indexes, consistency_level=STALE, timeout=WRITE_SECONDS)

    def _schema(self, dim: int) -> Any:
        kinds = self._milvus.DataType
        schema = self._milvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", kinds.INT64, is_primary=True)
        schema.add_field("lang", kinds.VARCHAR, max_length=8)
        schema.add_field("document", kinds.VARCHAR, max_length=1024)
        for number in ("born", "died", "length"):
            schema.add_field(number, kinds.INT64)
        schema.add_field("keys", kinds.ARRAY, element_type=kinds.VARCHAR, max_capacity=collections.KEYS, max_length=KEY_BYTES + 16)
        schema.add_field("dense", kinds.FLOAT_VECTOR, dim=dim)
        schema.add_field("sparse", kinds.SPARSE_FLOAT_VECTOR)
        return schema

    def drop(self, name: str) -> None:
        """No failure where there is none."""
        if self.has(name):
            self._try(lambda: self._client.drop_collection(name, timeout=WRITE_SECONDS))

    # Reading

    def search(
        self,
        name: str,
        field: str,
        asked: NDArray[np.float32] | Mapping[int, float],
        limit: int,
        only: str,
        how: Mapping[str, Any],
        level: str,
    ) -> Ranked:
        """Rows and inner products of the `limit` best, in no order that could be relied on. how: parameters of the index."""
        parameters = {"metric_type": "IP", "params": dict(how)}
        asked = asked if isinstance(asked, np.ndarray) else dict(asked)
        hits = self._try(
            lambda: self._client.search(
                name,
                data=[asked],
                anns_field=field,
                limit=limit,
                filter=only,
                output_fields=["row"],
                search_params=parameters,
                consistency_level=level,
                timeout=READ_SECONDS,
            )
        )[0]
        return np.array([hit["row"] for hit in hits], np.int64), np.array([hit["distance"] for hit in hits], np.float32)

    def query(self, name: str, only: str, fields: Sequence[str], level: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Records that an expression keeps; no more than MOST where neither `limit` nor the expression bounds them."""
        how = {"consistency_level": level, "timeout": READ_SECONDS} | ({"limit": limit} if limit else {})
        return list(self._try(lambda: self._client.query(name, filter=only, output_fields=list(fields), **how)))

    def count(self, name: str, only: str) -> int:
        return int(self.query(name, only, ["count(*)"], FRESH)[0]["count(*)"])

    # Writing

    def upsert(self, name: str, records: Sequence[Mapping[str, Any]]) -> None:
        self._try(lambda: self._client.upsert(name, [dict(r) for r in records], timeout=WRITE_SECONDS))

    def delete(self, name: str, only: str) -> None:
        self._try(lambda: self._client.delete(name, filter=only, timeout=WRITE_SECONDS))

    def flush(self, name: str) -> None:
        self._try(lambda: self._client.flush(name, timeout=WRITE_SECONDS))

    def _missing(self, name: str) -> IndexMissing:
        place = self.address.place
        return IndexMissing(
            Message(
                f"{place}: the database has no collection {name}, which this index belongs to. Correct KB_ENGINE, or make the index anew "
                "with `kb index --rebuild`.",
                f"{place}: ฐานข้อมูลไม่มีคอลเลกชัน {name} ของดัชนีนี้ โปรดแก้ KB_ENGINE หรือสร้างดัชนีใหม่ด้วย `kb index --rebuild`",
            )
        )


def _pymilvus() -> ModuleType:
    """Imported only where it is wanted: it takes a second and is an optional package."""
    try:
        import pymilvus
    except ImportError:
        raise _not_installed() from None
    # It logs a traceback for every failure that it raises as well.
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    return pymilvus  # type: ignore[no-any-return,unused-ignore]


def _failures(milvus: ModuleType) -> tuple[type[Exception], ...]:
    import grpc

    return (milvus.MilvusException, grpc.RpcError, OSError)


def _not_installed() -> SettingsError:
    install = 'pip install "kb[milvus]"'
    return SettingsError(
        Message(
            f"KB_ENGINE names a Milvus, but its client is not installed: {install}",
            f"KB_ENGINE ระบุ Milvus แต่ยังไม่ได้ติดตั้งไคลเอนต์ โปรดใช้คำสั่ง {install}",
        )
    )
