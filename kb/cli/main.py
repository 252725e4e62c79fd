"""Command `kb`: parse, call one verb, print.

Exit codes: 0 done; 1 done, with faults found in the content (or an evaluation under its floor); 2 wrong usage or settings;
3 it could not be done (index, model, file); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kb import __version__
from kb.cli.output import Console
from kb.errors import KbError, Message, SettingsError
from kb.refusals import explained
from kb.settings import Settings, load
from kb.types import LANGS, UNDERSTANDINGS

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
USAGE, FAILED, STOPPED = 2, 3, 130
STOPPED_MESSAGE = Message("Stopped. What was done is kept; run the same command to go on.", "หยุดแล้ว งานที่ทำไปยังอยู่ สั่งคำสั่งเดิมเพื่อทำต่อ")


def main() -> None:
    """Entry point: turns every expected error into one clear line and an exit code."""
    settings = _settings()
    console = Console(settings.message_lang)
    try:
        code = cli.main(args=sys.argv[1:], prog_name="kb", obj=(settings, console), standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as fault:
        fault.show()
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        console.note(STOPPED_MESSAGE)
        sys.exit(STOPPED)
    except SettingsError as fault:
        console.error(fault.message)
        sys.exit(USAGE)
    except KbError as fault:
        console.error(fault.message)
        sys.exit(FAILED)
    except OSError as fault:
        console.error(explained(fault))
        sys.exit(FAILED)


def _settings() -> Settings:
    """What is wrong with them is said in both languages: the settings would say in which."""
    try:
        return load()
    except SettingsError as fault:
        for lang in LANGS:
            Console(lang).error(fault.message)
        sys.exit(USAGE)


class Grouped(click.Group):
    """Lists the commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Grouped, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="kb")
def cli() -> None:
    """Bilingual knowledge base of the Smart Green ASEAN Cities programme.

    ฐานความรู้สองภาษาของโครงการเมืองอาเซียนสีเขียวอัจฉริยะ

    \b
    Settings: kb.toml or the environment   ตั้งค่าใน kb.toml หรือตัวแปรแวดล้อม
      KB_CONTENT_DIR  Markdown files          โฟลเดอร์เอกสาร        (content)
      KB_INDEX_DIR    the index               โฟลเดอร์ดัชนี          (.kb/index)
      KB_MODEL        embedding model         แบบจำลอง             (builtin)
                      builtin-static: faster, less exact   เร็วกว่า แม่นยำน้อยกว่า
      KB_ENGINE       local, or a Milvus: milvus://host:19530/database   เอนจิน  (local)
      KB_HOST KB_PORT address of the server   ที่อยู่ของเซิร์ฟเวอร์       (127.0.0.1 8000)
      KB_WORKERS      server processes        จำนวนโปรเซสของเซิร์ฟเวอร์  (1)
      KB_SITE_URL     public address          ที่อยู่สาธารณะของเว็บ     (of the request)
      KB_LANG         messages: th, en, auto  ภาษาของข้อความ        (auto)
    \b
    Exit codes: 0 done, 1 done but faults were found, 2 wrong usage, 3 failed, 130 stopped
    รหัสผลลัพธ์: 0 สำเร็จ 1 สำเร็จแต่พบข้อผิดพลาดในเอกสาร 2 สั่งผิด 3 ทำไม่ได้ 130 ถูกหยุด
    """


class Run:
    """What every command has: the settings and the console."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.settings = settings
        self.console = console


def run_of(ctx: click.Context) -> Run:
    settings, console = ctx.find_root().obj
    return Run(settings, console)


as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable output. ผลลัพธ์เป็น JSON")


@cli.command(short_help="Index content/. จัดทำดัชนี")
@click.option("--rebuild", is_flag=True, help="Make everything anew, vectors included. สร้างใหม่ทั้งหมด")
@click.option("--read-all", is_flag=True, help="Read every file, whatever its size and times say. อ่านทุกไฟล์ ไม่ดูเพียงขนาดและเวลา")
@as_json
@click.pass_context
def index(ctx: click.Context, rebuild: bool, read_all: bool, as_json: bool) -> None:
    """Index content/: only what changed is embedded again. จัดทำดัชนีเอกสาร"""
    from kb.cli import indexing

    ctx.exit(indexing.run(run_of(ctx), rebuild, as_json, read_all=read_all))


@cli.command(short_help="Ask in Thai or English. ค้นหา")
@click.argument("question")
@click.option("-n", "--limit", default=5, show_default=True, type=click.IntRange(1, 100), help="Documents. จำนวนเอกสาร")
@click.option("--mode", type=click.Choice(["hybrid", "terms", "vectors"]), default="hybrid", show_default=True, help="Arms. วิธีค้น")
@click.option("--show", type=click.Choice(["th", "en"]), help="Language to show hits in. ภาษาที่ใช้แสดงผล")
@click.option("--sort", type=click.Choice(["relevance", "date"]), default="relevance", show_default=True, help="Order. เรียงลำดับ")
@click.option("--kind", multiple=True, help="case-study, dialogue. ประเภท")
@click.option("--lang", multiple=True, help="Only documents in th or en. ภาษาของเอกสาร")
@click.option("--country", multiple=True, help="ISO code or name. ประเทศ")
@click.option("--city", multiple=True, help="City. เมือง")
@click.option("--theme", multiple=True, help="Theme. หัวข้อ")
@click.option("--year", multiple=True, help="2022, 2565, 2019-2021. ปี")
@click.option("--organisation", multiple=True, help="Organisation. หน่วยงาน")
@click.option("--speaker", multiple=True, help="Speaker in a dialogue. ผู้พูด")
@click.option(
    "--as-written", multiple=True, type=click.Choice(UNDERSTANDINGS), help="Do not read this into the question. ไม่ตีความคำถามในเรื่องนี้"
)
@as_json
@click.pass_context
def search(
    ctx: click.Context,
    /,
    question: str,
    limit: int,
    mode: Any,
    sort: Any,
    show: Any,
    as_written: Any,
    as_json: bool,
    **filters: tuple[str, ...],
) -> None:
    """Ask a question in Thai or English. ถามเป็นภาษาไทยหรืออังกฤษ"""
    from kb.cli import searching

    searching.run(run_of(ctx), question, limit, mode, sort, show, filters, as_written, as_json)


@cli.command(short_help="Web page and API. เปิดเว็บและ API")
@click.option("--host", help="Address to listen on (KB_HOST). ที่อยู่")
@click.option("--port", type=click.IntRange(0, 65535), help="Port (KB_PORT). พอร์ต")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer (KB_WORKERS). จำนวนโปรเซส")
@click.option("--watch", is_flag=True, help="Index what is saved in content/, at once. จัดทำดัชนีทันทีที่บันทึกไฟล์")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None, watch: bool) -> None:
    """Serve the web page and the API, always from the newest index. เปิดเว็บและ API ด้วยดัชนีล่าสุดเสมอ"""
    from kb.cli import serving

    serving.run(run_of(ctx), host, port, watch, workers)


@cli.command(short_help="Tools for assistants (MCP). เครื่องมือสำหรับผู้ช่วย (MCP)")
@click.pass_context
def mcp(ctx: click.Context) -> None:
    """Serve the Model Context Protocol on standard input and output (extra: mcp). เปิดให้ผู้ช่วยเรียกใช้ผ่าน MCP (ต้องติดตั้งส่วนเสริม mcp)"""
    from kb.cli import mcp_serving

    mcp_serving.run(run_of(ctx))


@cli.command(short_help="Check the documents. ตรวจเอกสาร")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--watch", is_flag=True, help="Check again after every save. ตรวจใหม่ทุกครั้งที่บันทึกไฟล์")
@click.option("--all", "show_all", is_flag=True, help="All notes, not the first five of a kind. แสดงหมายเหตุทั้งหมด")
@as_json
@click.pass_context
def check(ctx: click.Context, folder: Path | None, watch: bool, show_all: bool, as_json: bool) -> None:
    """Check the documents: every fault with file, line and remedy. ตรวจเอกสาร บอกที่ผิดทุกแห่งพร้อมไฟล์ บรรทัด และวิธีแก้"""
    from kb.cli import checking

    run = run_of(ctx)
    place = folder or run.settings.content_dir
    if watch and as_json:
        raise click.UsageError("--watch cannot be combined with --json. ใช้ --watch คู่กับ --json ไม่ได้")
    ctx.exit(checking.watch(run, place, show_all) if watch else checking.run(run, place, as_json, show_all))


@cli.command(short_help="A new document. สร้างเอกสารใหม่")
@click.argument("kind", type=click.Choice(["case-study", "dialogue"]))
@click.option("--lang", type=click.Choice(["th", "en"]), help="Language of the document. ภาษาของเอกสาร")
@click.option("--title", default="", help="Title. ชื่อเรื่อง")
@click.option("--slug", default="", help="Name of the file: small letters, digits, hyphens. ชื่อไฟล์ เช่น yasothon-waste")
@click.option("--both", is_flag=True, help="Both languages. สร้างทั้งสองภาษา")
@click.pass_context
def new(ctx: click.Context, kind: Any, lang: Any, title: str, slug: str, both: bool) -> None:
    """Write a template that explains itself into content/; a translation that exists fills it. สร้างแม่แบบโดยเติมจากฉบับแปลที่มี"""
    from kb.cli import creating

    creating.run(run_of(ctx), kind, lang, title, slug, both)


@cli.command(short_help="What the index holds. สถานะของดัชนี")
@click.option("--words", is_flag=True, help="Also Thai words that are cut badly. บอกคำไทยที่ตัดไม่ถูกต้องด้วย")
@as_json
@click.pass_context
def status(ctx: click.Context, as_json: bool, words: bool) -> None:
    """What the index holds, and whether content/ has changed since. สถานะของดัชนี"""
    from kb.cli import state

    state.status(run_of(ctx), as_json, words)


@cli.command(short_help="Checksums of the index. ตรวจความครบถ้วนของดัชนี")
@as_json
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Compare every file of the index with its checksum, and name all that differ. ตรวจความครบถ้วนของดัชนีและบอกทุกไฟล์ที่เสียหาย"""
    from kb.cli import verifying

    ctx.exit(verifying.run(run_of(ctx), as_json))


@cli.command(short_help="Documents and index into one file. สำรองข้อมูล")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a file that exists. เขียนทับไฟล์ที่มีอยู่")
@click.pass_context
def backup(ctx: click.Context, file: Path, force: bool) -> None:
    """Keep content/ and the index in one file, also while others write. สำรองเอกสารและดัชนีไว้ในไฟล์เดียว"""
    from kb.cli import keeping

    keeping.keep(run_of(ctx), file, force)


@cli.command(short_help="Put a backup back. กู้คืนข้อมูล")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Also over folders that hold something; they are kept under another name. กู้คืนแม้มีของเดิม")
@click.pass_context
def restore(ctx: click.Context, file: Path, force: bool) -> None:
    """Put content/ and the index back from a backup; all of it is checked first. กู้คืนเอกสารและดัชนีจากไฟล์สำรอง"""
    from kb.cli import keeping

    keeping.put_back(run_of(ctx), file, force)


@cli.command(short_help="Text to vectors. แปลงข้อความเป็นเวกเตอร์")
@click.option("--kind", type=click.Choice(["query", "passage"]), required=True, help="How the lines are embedded. ชนิดของข้อความ")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="NumPy file, float32 (n, dim). ไฟล์ผลลัพธ์")
@click.argument("source", type=click.File("r", encoding="utf-8"), default="-")
@click.pass_context
def embed(ctx: click.Context, kind: str, output: Path, source: Any) -> None:
    """Embed lines of text (a file or standard input). แปลงข้อความเป็นเวกเตอร์"""
    from kb.cli import embedding

    embedding.run(run_of(ctx), kind, output, source)


@cli.command(name="eval", short_help="Measure the search. ประเมินผลการค้น")
@click.option("--questions", type=click.Path(path_type=Path, exists=True), help="JSON Lines of questions. ไฟล์คำถาม")
@click.option("--floor", type=click.Path(path_type=Path, exists=True), help="JSON of least values; below: exit 1. เกณฑ์ขั้นต่ำ")
@as_json
@click.pass_context
def evaluate(ctx: click.Context, questions: Path | None, floor: Path | None, as_json: bool) -> None:
    """Measure the search: nDCG@10, MRR, recall@10 in all directions. ประเมินผลการค้น"""
    from kb.cli import evaluating

    ctx.exit(evaluating.run(run_of(ctx), questions, floor, as_json))
