"""The editors' pages: sign-in, overview, form. Every POST carries the form token of its session."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, RedirectResponse

from kb import questions
from kb.errors import Message
from kb.text.dates import parse_date
from search_api.editing import checking, files, forms, gate, history, work
from search_api.editing.files import Changed
from search_api.editing.forms import Notice
from search_api.editing.gate import Visit, visitor
from search_api.editing.overview import Reader
from search_api.editing.standing import standing
from search_api.editing.survey import Surveyor, by_file
from search_api.editing.work import Work, one
from search_api.live import LastRun
from search_api.pages import links
from search_api.pages.templates import A_YEAR
from search_api.problems import Refused

router = APIRouter(include_in_schema=False)
SHOWN_QUESTIONS = 50
COMMIT = re.compile(r"[0-9a-f]{4,40}")
RESUME = "resume"  # the form's values that wait for a new session


# Sign-in


def _sign_in_page(visit: Visit, status: int = 200, wrong: bool = False) -> Response:
    """Text that was posted without a session waits in the page itself."""
    waiting = {name: list(values) for name, values in visit.values.items() if name not in ("csrf", "token", RESUME)}
    resume = work.many_lines(visit.values, RESUME) or (json.dumps(waiting) if waiting and visit.request.url.path == "/editors/edit" else "")
    return visit.reply("sign_in.html", {"wrong": wrong, "resume": resume, "signed_out": "out" in visit.request.query_params}, status)


@visitor
def sign_in(visit: Visit) -> Response:
    if not visit.own_form:
        return _sign_in_page(visit, 403)
    if not visit.access.accepts(one(visit.values, "token"), gate.address(visit.request)):
        return _sign_in_page(visit, 403, wrong=True)
    session = visit.access.new_session("editor")
    waiting = work.many_lines(visit.values, RESUME)
    response = _resumed(replace(visit, session=session), waiting) if waiting else RedirectResponse("/editors", 303)
    gate.set_session(visit, response, session)
    return gate.private(response)


def _resumed(visit: Visit, waiting: str) -> Response:
    """The form as it was posted, shown again and not carried out."""
    try:
        values = {str(name): [str(value) for value in each] for name, each in dict(json.loads(waiting)).items()}
    except (ValueError, TypeError):
        return RedirectResponse("/editors", 303)
    return forms.show(replace(visit, values=values), work.posted(values))


@visitor
def sign_out(visit: Visit) -> Response:
    if not visit.own_form:
        return _sign_in_page(visit, 403)
    response = RedirectResponse("/editors?out=1", 303)
    gate.set_session(visit, response, visit.access.new_session("guest"))
    return gate.private(response)


# Overview


@visitor
def overview(visit: Visit) -> Response:
    if not visit.session.signed_in:
        return _sign_in_page(visit)
    serving = visit.request.app.state
    reader: Reader = serving.reader
    surveyor: Surveyor = serving.surveyor
    survey, latest = surveyor.survey()
    index = reader.index_state(serving.kb.manifest)
    counter = serving.counter
    values = {
        "found": reader.overview(),
        "survey": survey,
        "latest": latest,
        "index": index,
        "age": _age(visit, index.made),
        "watching": serving.watching,
        **_last_run(visit, serving.last_run),
        "counting": bool(counter and counter.active),
        "questions": questions.read(visit.desk.state_dir, SHOWN_QUESTIONS),
        "outcomes": questions.OUTCOMES,
        "edit_url": edit_url,
        "document_of": files.document_of,
        "day": lambda text: visit.page.date(parse_date(text)),
        "search_url": links.search,
        "new_url": lambda title: f"/editors/edit?{urlencode({'title': title})}",
        "from_url": lambda path: f"/editors/edit?{urlencode({'from': path})}",
    }
    return visit.reply("overview.html", values)


def _last_run(visit: Visit, last: LastRun | None) -> dict[str, object]:
    """What the last indexing of this server said: when, what it left out, why it could not be done."""
    left_out = by_file([each for each in last.report.problems if each.severity == "error"]) if last and last.report else ()
    return {"last_run": last, "run_age": _age(visit, last.at if last else None), "left_out": left_out}


def _age(visit: Visit, moment: datetime | None) -> str:
    if moment is None:
        return ""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    for size, key in ((24 * 60, "days_ago"), (60, "hours_ago"), (1, "minutes_ago")):
        if minutes >= size:
            return visit.word(key, count=minutes // size)
    return visit.word("just_now")


# The form


def edit_url(path: str, **more: str) -> str:
    return f"/editors/edit?{urlencode({'path': path, **more})}"


@visitor
def edit(visit: Visit) -> Response:
    if not visit.session.signed_in:
        return _sign_in_page(visit)
    query = visit.request.query_params
    path, origin = query.get("path", ""), query.get("from", "")
    if not path:
        doing = forms.translated(visit, origin) if origin else forms.fresh(visit)
    else:
        doing = forms.existing(visit, path, draft="draft" in query or PurePosixPath(path).name.startswith(files.DRAFT))
    if doing is None:
        seen = path or origin
        raise Refused(404, Message(f"{seen}: there is no such text, or it is not UTF-8.", f"{seen}: ไม่มีเอกสารนี้ หรือไม่ได้เข้ารหัสแบบ UTF-8"))
    return forms.show(visit, doing, notices=tuple(_notices(visit, doing)), saved=query.get("saved") == "1" and bool(doing.digest))


def _notices(visit: Visit, doing: Work) -> list[Notice]:
    query = visit.request.query_params
    found = []
    if query.get("saved") == "draft":
        found.append(Notice(visit.word("draft_saved"), good=True))
    elif "saved" in query:
        found.append(Notice(visit.word("saved", path=doing.path), good=True))
    if COMMIT.fullmatch(query.get("commit", "")):
        found.append(Notice(visit.word("committed", commit=query["commit"]), good=True))
    if "saved" not in query and (notice := _about_draft(visit, doing)):
        found.append(notice)
    return found


def _about_draft(visit: Visit, doing: Work) -> Notice | None:
    """Document and draft name each other, so that nobody writes on the wrong one unaware."""
    if doing.draft_digest:
        return Notice(visit.word("is_draft"), link=(edit_url(doing.path), visit.word("to_document")) if doing.digest else None)
    if doing.path and files.read(visit.desk.content_dir, files.draft_of(doing.path)):
        return Notice(visit.word("has_draft"), link=(edit_url(doing.path, draft="1"), visit.word("draft_go_on")))
    return None


@visitor
def change(visit: Visit) -> Response:
    """One button of the form was pressed."""
    if not visit.session.signed_in:
        return _sign_in_page(visit, 403)
    doing = work.posted(visit.values)
    if not visit.own_form:
        return forms.show(visit, doing, 403, (Notice(visit.page.say(gate.STALE)),))
    action = one(visit.values, "action")
    if action in ("save", "draft"):
        return _save(visit, doing, action)
    if action == "join":
        return forms.joined(visit, doing, one(visit.values, "target"))
    if action == "as-file":
        return forms.show(visit, work.as_file(doing))
    return forms.show(visit, work.as_form(doing) if action == "as-form" else doing)


def _save(visit: Visit, doing: Work, action: str) -> Response:
    """Nothing typed is lost: whatever forbids saving, the form comes back as it was sent."""
    draft = action == "draft"
    target = files.draft_of(doing.path) if draft and doing.path else doing.path
    expected = doing.draft_digest if draft else doing.digest
    try:
        files.check_new(target) if not expected else files.check_path(target)
        checked = checking.check(visit.desk.content_dir, doing.path, doing.text)
        if checked.errors and not draft:
            return forms.show(visit, doing, 422, complain=True)
        stored = files.save(visit.desk.content_dir, target, doing.text, expected)
    except Changed as fault:
        return forms.conflict(visit, doing, fault.now, action) if fault.now else _gone(visit, doing, draft)
    except Refused as fault:
        return forms.show(visit, doing, fault.status, (Notice(visit.page.say(fault.message)),))
    except OSError as fault:
        return forms.show(visit, doing, 500, (Notice(visit.word("write_failed", reason=fault.strerror or str(fault))),))
    return _saved(visit, replace(doing, draft_digest=stored.digest if draft else doing.draft_digest), draft)


def _gone(visit: Visit, doing: Work, draft: bool) -> Response:
    again = replace(doing, draft_digest="") if draft else replace(doing, digest="")
    return forms.show(visit, again, 409, (Notice(visit.word("conflict_gone")),))


def _saved(visit: Visit, doing: Work, draft: bool) -> Response:
    more = {"saved": "draft", "draft": "1"} if draft else {"saved": "1"}
    if not draft:
        if doing.draft_digest:
            files.remove(visit.desk.content_dir, files.draft_of(doing.path), doing.draft_digest)
        if visit.desk.git:
            done = history.commit(visit.desk.content_dir, doing.path, doing.author, doing.note, doing.sheet.title if doing.sheet else "")
            if not done.done:
                return _reopened(visit, doing, Notice(visit.page.say(done.message)))
            more |= {"commit": done.short} if done.short else {}
    response = RedirectResponse(edit_url(doing.path, **more), 303)
    name = quote(doing.author[: history.NAME_LENGTH])
    response.set_cookie(forms.NAME_COOKIE, name, max_age=A_YEAR, path="/editors", httponly=True, samesite="strict")
    return gate.private(response)


def _reopened(visit: Visit, doing: Work, notice: Notice) -> Response:
    """Saved, though the history was not written."""
    found = forms.existing(visit, doing.path, draft=False) or doing
    return forms.show(visit, found, notices=(Notice(visit.word("saved", path=doing.path), good=True), notice), saved=True)


@visitor
def state(visit: Visit) -> Response:
    """Whether readers find the version that stands in the folder now."""
    if not visit.session.signed_in:
        return JSONResponse({"searchable": False, "said": ""}, 403)
    return gate.private(JSONResponse(asdict(standing(visit, files.check_path(visit.request.query_params.get("path", ""))))))


for address, methods, handler in (
    ("/editors", ["GET", "HEAD"], overview),
    ("/editors/sign-in", ["POST"], sign_in),
    ("/editors/sign-out", ["POST"], sign_out),
    ("/editors/edit", ["GET", "HEAD"], edit),
    ("/editors/edit", ["POST"], change),
    ("/editors/state", ["GET"], state),
):
    router.add_route(address, handler, methods=methods, include_in_schema=False)
