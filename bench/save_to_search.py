"""Seconds from a save in content/ until it is found and on its page, with `kb serve --watch`: python bench/save_to_search.py [saves]

Beside them the processor seconds of the server, its answers to the questions that wait for the save included.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = "case-studies/singapore-newater"


def measure(url: str, path: Path, word: str) -> float:
    beside = path.with_name(path.name + "~")
    beside.write_text(path.read_text("utf-8") + f"\nA new paragraph about {word}.\n", "utf-8")
    began = time.monotonic()
    beside.replace(path)
    while True:
        found = httpx.get(f"{url}/api/v1/search", params={"q": word, "mode": "terms"}, timeout=60).json()["total"]
        if found and word in httpx.get(f"{url}/documents/{DOCUMENT}?lang=en", timeout=60).text:
            return time.monotonic() - began
        time.sleep(0.1)


def processor(pid: int) -> float:
    """Seconds that a process has used so far (Linux)."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main(saves: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = Path(shutil.copytree(ROOT / "content", Path(folder) / "content"))
        settings = {"KB_CONTENT_DIR": str(content), "KB_INDEX_DIR": f"{folder}/index", "KB_LANG": "en"}
        command = [sys.executable, "-m", "kb", "serve", "--watch", "--port", "0"]
        server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | settings, cwd=ROOT)
        assert server.stderr is not None
        url = "http://" + next(line for line in server.stderr if "http://" in line).split("http://")[1].split()[0]
        threading.Thread(target=server.stderr.read, daemon=True).start()
        time.sleep(5)  # an editor needs longer to write than the server to warm up
        times, used = [], []
        for n in range(saves):
            before = processor(server.pid)
            times.append(measure(url, content / f"{DOCUMENT}.en.md", f"platypus{'abcdefghijklmnop'[n]}"))
            used.append(processor(server.pid) - before)
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)
    documents = len(list((ROOT / "content").rglob("*.md")))
    print(f"{documents} documents; seconds: " + ", ".join(f"{t:.2f}" for t in times))
    print("processor seconds of the server: " + ", ".join(f"{t:.2f}" for t in used))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
