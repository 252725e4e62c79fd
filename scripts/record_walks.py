"""Runs the commands in docs/walks/*.md again and writes down what they print now.

    python scripts/record_walks.py [docs/walks/editor.md …]

In every ```console block a line that begins with "$ " is a command; what follows it is replaced by its output. All commands of one file
run in one shell, in a copy of content/ that is thrown away, so that a walk may write files. A command that fails stops the recording,
unless its line ends with "# exit N".
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
EXPECTED = re.compile(r"# exit (\d+)$")
MARK = "-- end of a command --"
LIMIT = 300  # seconds for one file


class WalkFailed(Exception):
    pass


def commands(text: str) -> list[str]:
    return [line[2:] for block in BLOCK.findall(text) for line in block.splitlines() if line.startswith("$ ")]


def outputs(asked: list[str], folder: Path) -> list[str]:
    """What each command prints, in order. Raises WalkFailed for an exit code that was not expected."""
    script = "\n".join(f"{command}\nprintf '%s %s\\n' '{MARK}' $?" for command in asked)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False
    )
    parts = re.split(rf"{MARK} (\d+)\n", done.stdout.decode("utf-8"))
    found, codes = parts[0::2][: len(asked)], [int(code) for code in parts[1::2]]
    for command, output, code in zip(asked, found, codes, strict=True):
        expected = EXPECTED.search(command)
        if code != (int(expected[1]) if expected else 0):
            raise WalkFailed(f"$ {command}\n{output}exit code {code}")
    return [_as_seen(output).replace(f"{folder}/", "").rstrip() for output in found]


def _as_seen(output: str) -> str:
    """As a terminal shows it in the end: a progress bar that is drawn over itself is one line."""
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1].rstrip() for line in output.split("\n"))


def recorded(text: str, folder: Path) -> str:
    results = iter(outputs(commands(text), folder))
    return BLOCK.sub(lambda block: f"```console\n{''.join(_lines(block[1], results))}```", text)


def _lines(block: str, results: Iterator[str]) -> Iterator[str]:
    for line in block.splitlines():
        if line.startswith("$ "):
            output = next(results)
            yield f"{line}\n" + (f"{output}\n" if output else "")


def main(paths: list[Path]) -> None:
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "content", Path(folder) / "content")
            path.write_text(recorded(path.read_text("utf-8"), Path(folder).resolve()), "utf-8")
        print(path)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted((ROOT / "docs" / "walks").glob("*.md")))
