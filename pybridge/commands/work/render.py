"""Render documents to files or to text."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pybridge.commands.session import Session, limits_of, open_session, policy_of
from pybridge.commands.work.render_report import (
    RenderedFile,
    RenderReport,
    RenderRequest,
    as_wanted,
)
from pybridge.engines.protocol import JsonObject, OnProgress
from pybridge.errors import PybridgeError, UsageError
from pybridge.errors.text import error_text
from pybridge.html.warnings import page_warning
from pybridge.pages.markdown import clean_page_body
from pybridge.pages.page import IndexEntry, document_page, index_page
from pybridge.project.discover import Project
from pybridge.project.documents import Document, DocumentFile, find_documents, read_document
from pybridge.project.outputs import mark_output
from pybridge.project.site_data import shared_data
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import ancestor
from pybridge.storage.regular_file import real_path


def render(
    request: RenderRequest, *, whole_output: bool, on_progress: OnProgress | None = None
) -> RenderReport:
    """Render every document of the request.

    Args:
        request: What, where to, with which engine.
        whole_output: Whether there is room for several documents without an output folder.
        on_progress: Gets (done, total) now and then.

    Raises:
        UsageError: when there is nothing to render, or nowhere to put it.
        PybridgeError: when the engine does not start.
    """
    refused: list[PybridgeError] = []
    files = [RenderedFile(file) for file in _find(request, refused.append)]
    if request.out is None and not whole_output and len(files) > 1:
        problem = f"{len(files)} documents, and only one can go to standard output"
        raise UsageError(problem, "name a folder with --out DIR, or use --json")
    limit = limits_of(request.project).input_bytes
    for file in files:
        _read(file, limit)
    with open_session(request.project, request.engine) as session:
        started = time.perf_counter()
        _expand(files, session, request, on_progress, None)
        render_ms = round((time.perf_counter() - started) * 1000, 1)
        stats = _stats(files, session, render_ms)
        notes = [*refused, *session.notes()]
    notes += _marked(request)
    for file in files:
        _finish(file, request)
    stats["warnings"] = sum(len(file.warnings) for file in files)
    return RenderReport(files, stats, notes, _write_index(files, request))


def _marked(request: RenderRequest) -> list[PybridgeError | str]:
    """Mark the output folder; return what to say where that was not possible."""
    if request.out is None:
        return []
    try:
        said = mark_output(request.out, request.project)
    except PybridgeError as error:
        return [error]
    return [said] if said and not request.html else []


def render_again(
    files: Sequence[DocumentFile], session: Session, request: RenderRequest, data: JsonObject
) -> list[RenderedFile]:
    """Render single documents in a session that stays open, and write them.

    Args:
        files: The documents.
        session: Has the scripts as they are now.
        request: Says how, and where to.
        data: The data of the whole project, see `shared_data`.
    """
    found = [RenderedFile(file) for file in files]
    for file in found:
        _read(file, session.limits.input_bytes)
    _expand(found, session, request, None, data)
    for file in found:
        _finish(file, request)
    return found


def _find(
    request: RenderRequest, on_refused: Callable[[PybridgeError], object]
) -> list[DocumentFile]:
    files = find_documents(request.paths, request.project, skip=request.out, on_refused=on_refused)
    if not files:
        places = ", ".join(map(str, request.paths))
        globs = ", ".join(request.project.settings.include)
        raise UsageError(f"no documents in {places}", f"they are looked for as {globs}")
    if request.out is not None:
        _check_targets(files, request, request.out)
    return files


def _check_targets(files: Sequence[DocumentFile], request: RenderRequest, out: Path) -> None:
    if out.is_file():
        raise UsageError(f"--out {out} is a file, a folder was expected", "name another folder")
    sources = {real_path(file.path) for file in files}
    taken: dict[Path, DocumentFile] = {}
    for file in files:
        target = real_path(target_of(file, request.html, out))
        if target in sources:
            problem = f"{file.name}: --out {out} would overwrite the source {target}"
            raise UsageError(problem, "name another folder")
        if target in taken:
            problem = f"{taken[target].name} and {file.name} would both be written to {target}"
            raise UsageError(problem, "render them one after the other, to different folders")
        taken[target] = file


def target_of(file: DocumentFile, html: bool, out: Path) -> Path:
    """Return where a document is written below *out*."""
    return out / (file.target.with_suffix(".html") if html else file.target)


def _read(file: RenderedFile, limit: int) -> None:
    try:
        file.document = read_document(file.file, limit=limit)
    except PybridgeError as error:
        file.problems.append(error)


def _expand(
    files: Sequence[RenderedFile],
    session: Session,
    request: RenderRequest,
    on_progress: OnProgress | None,
    data: JsonObject | None,
) -> None:
    read = [(file, file.document) for file in files if file.document is not None]
    documents = [document for _, document in read]
    if data is None:
        data = shared_data(session.project, documents, limit=session.limits.input_bytes)
    shared: JsonObject = {"env": session.env(preview=request.preview), "data": data}
    rendered = session.engine.render_documents(
        [document.to_json() for document in documents],
        shared,
        on_progress=on_progress,
        with_output=not request.html,  # a page is made of the parts
    )
    for (file, _), result in zip(read, rendered, strict=True):
        file.rendered = as_wanted(result, session.project.settings)


def _stats(files: Sequence[RenderedFile], session: Session, render_ms: float) -> JsonObject:
    macros = [macro for file in files for macro in file.macros]
    count = {status: sum(m["status"] == status for m in macros) for status in ("error", "unknown")}
    return {
        "engine": session.engine.name,
        "documents": sum(bool(file.rendered) for file in files),
        "macros": len(macros),
        "failed": count["error"],
        "unknown": count["unknown"],
        "bootMs": session.boot_ms,
        "renderMs": render_ms,
        "macrosPerSecond": round(len(macros) / render_ms * 1000, 1) if render_ms else 0,
    }


def _finish(file: RenderedFile, request: RenderRequest) -> None:
    if file.document is None:
        return
    if request.html:
        file.output = _page(file, file.document, request)
    else:
        file.output = file.document.mark + file.rendered["output"]
    if request.out is None:
        return
    target = target_of(file.file, request.html, request.out)
    try:
        raw = (file.output or "").encode("utf-8", "replace")
        # What can be rendered again waits for no medium: that is most of the time of many small files.
        root = output_root(request, request.out)
        write_atomically(target, raw, root=root, durable=False)
        file.target = target
    except PybridgeError as error:
        file.problems.append(error)


def output_root(request: RenderRequest, out: Path) -> Path:
    """Return the folder that no link may lead out of: the project, where the output is inside of it."""
    if isinstance(request.project, Project):
        return ancestor(out, request.project.root) or out
    return out


def _page(file: RenderedFile, document: Document, request: RenderRequest) -> str:
    policy = policy_of(request.project)
    parts, macros = file.rendered["parts"], file.rendered["macros"]
    cleaned = clean_page_body(parts, macros, policy, preview=request.preview)
    further = map(page_warning, cleaned.notices)
    file.rendered = {**file.rendered, "warnings": [*file.rendered["warnings"], *further]}
    language, post = request.project.settings.main_language, document.post or {}
    return document_page(cleaned.html, policy, name=file.file.name, post=post, language=language)


def _write_index(files: Sequence[RenderedFile], request: RenderRequest) -> Path | None:
    if request.out is None or not request.html:
        return None
    taken = {file.target for file in files}
    names = (request.out / name for name in ("index.html", "documents.html", "pybridge-index.html"))
    path = next((name for name in names if name not in taken), None)
    if path is not None:
        entries = [_entry(file, path.parent) for file in files]
        title = request.project.root.name if isinstance(request.project, Project) else "Documents"
        language = request.project.settings.main_language
        page = index_page(entries, title=title, language=language)
        root = output_root(request, request.out)
        write_atomically(path, page.encode("utf-8", "replace"), root=root, durable=False)
    return path


def _entry(file: RenderedFile, folder: Path) -> IndexEntry:
    post: dict[str, Any] = (file.document.post if file.document else None) or {}
    title = post.get("title")
    return IndexEntry(
        path=file.file.name,
        title=title if isinstance(title, str) and title else file.file.name,
        href=file.target.relative_to(folder).as_posix() if file.target else None,
        macros=len(file.macros),
        errors=[error_text(error) for error in file.errors],
    )
