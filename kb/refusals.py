"""What the system says when it refuses a file, for people: what happened, and what to do."""

from __future__ import annotations

import errno

from kb.errors import Message

KEPT = Message("What was published before is as it was.", "สิ่งที่เผยแพร่ไว้ก่อนหน้านี้ยังอยู่ครบเหมือนเดิม")
REASONS = {
    errno.ENOSPC: Message(
        "the disk is full. Make room (an index takes its size twice while it is written) and run the command again.",
        "ดิสก์เต็ม โปรดเพิ่มพื้นที่ว่าง (ขณะเขียน ดัชนีใช้พื้นที่สองเท่าของขนาดดัชนี) แล้วสั่งใหม่อีกครั้ง",
    ),
    errno.EDQUOT: Message(
        "your share of the disk (quota) is used up. Make room and run the command again.",
        "ใช้พื้นที่ดิสก์ครบตามโควตาแล้ว โปรดเพิ่มพื้นที่ว่างแล้วสั่งใหม่อีกครั้ง",
    ),
    errno.EIO: Message(
        "the disk reports an error (input/output). Look into the system's log and at the disk before you run the command again.",
        "ดิสก์แจ้งข้อผิดพลาดในการอ่านหรือเขียน โปรดตรวจบันทึกของระบบและตัวดิสก์ก่อนสั่งใหม่อีกครั้ง",
    ),
    errno.EROFS: Message(
        "the disk is mounted for reading only. Mount it for writing, or set KB_INDEX_DIR to another place.",
        "ดิสก์นี้เปิดให้อ่านอย่างเดียว โปรดเปิดให้เขียนได้ หรือตั้ง KB_INDEX_DIR ไปที่อื่น",
    ),
    errno.EACCES: Message(
        "this user may not read or write here. Change the permissions, or run the command as the user who owns it.",
        "ผู้ใช้นี้ไม่มีสิทธิ์อ่านหรือเขียนที่นี่ โปรดแก้สิทธิ์ หรือสั่งด้วยผู้ใช้ที่เป็นเจ้าของ",
    ),
}


def explained(fault: OSError) -> Message:
    """Names the file, where the system does."""
    place = f"{fault.filename}: " if fault.filename else ""
    known = REASONS.get(fault.errno or 0)
    if known is None:
        said = fault.strerror or str(fault) or type(fault).__name__
        return Message(f"{place}{said}", f"{place}{said}")
    return Message(f"{place}{known.en} {KEPT.en}", f"{place}{known.th} {KEPT.th}")
