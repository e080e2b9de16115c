"""The methods of the service: the commands of the command line over JSON-RPC."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pybridge.commands.projects import info
from pybridge.commands.scripts import checking, listing, seed, store, syncing
from pybridge.commands.scripts.store import open_store
from pybridge.commands.session import policy_of
from pybridge.commands.work import documents
from pybridge.commands.work.documents import open_documents
from pybridge.errors.text import notes_text
from pybridge.html.warnings import page_warning
from pybridge.pages.markdown import clean_page_body
from pybridge.rpc.stdio import MESSAGE_BYTES
from pybridge.scripts_store.edits.contents import Change
from pybridge.scripts_store.seed import shipped
from pybridge.service import running
from pybridge.service.errors import PartUnknown
from pybridge.service.workbench import Workbench

Params = Mapping[str, Any]
Kind = Literal["read", "change", "pure", "run"]
"""`read` runs after earlier changes; `change` runs alone; `pure` reads no file; `run` runs scripts after earlier changes."""

RPC_VERSION = 1


@dataclass(frozen=True)
class Method:
    """The implementation of one method."""

    kind: Kind
    run: Callable[[Workbench, Params], Any]
    is_interruptible: bool = True
    """Whether it can be cancelled while it runs: it writes nothing, or in one transaction."""


def _project_info(bench: Workbench, _: Params) -> Any:
    found = info.project_info(bench.project)
    notes = [*found["notes"], *notes_text(bench.settings_problems)]
    return {"rpc": RPC_VERSION, **found, "messageBytes": MESSAGE_BYTES, "notes": notes}


def _project_shared(bench: Workbench, params: Params) -> Any:
    project = bench.project
    data = bench.shared_data(project, lambda: documents.data_of(project))
    return {"env": documents.env_of(project, preview=params.get("preview", True)), "data": data}


def _project_seed(bench: Workbench, params: Params) -> Any:
    return seed.seed(bench.project, dry_run=params.get("dryRun", False))


def _scripts_list(bench: Workbench, _: Params) -> Any:
    scripts, uses, notes = listing.list_with_uses(bench.project, disk=bench.disk)
    return {"scripts": scripts, "uses": uses, "notes": notes_text(notes)}


def _scripts_read(bench: Workbench, params: Params) -> Any:
    return store.show(bench.project, params["name"], disk=bench.disk)


def _scripts_sources(bench: Workbench, _: Params) -> Any:
    return info.sources(bench.project)


def _scripts_write(bench: Workbench, params: Params) -> Any:
    name, content, expected = params["name"], params["content"], params["expected"]
    with open_store(bench.project) as scripts:
        return _changed(scripts.update(name, content=content, expected=expected))


def _scripts_update(bench: Workbench, params: Params) -> Any:
    header, expected = params.get("addHeader", False), params.get("expected")
    with open_store(bench.project) as scripts:
        done = scripts.update(params["name"], params["fields"], header=header, expected=expected)
        return _changed(done)


def _scripts_create(bench: Workbench, params: Params) -> Any:
    slug, body = params.get("slug"), params.get("body")
    with open_store(bench.project) as scripts:
        kind = params.get("kind", "macro")
        return _changed(scripts.create(params["title"], kind, slug=slug, body=body))


def _scripts_rename(bench: Workbench, params: Params) -> Any:
    with open_store(bench.project) as scripts:
        done = scripts.rename(
            params["name"],
            params["slug"],
            title=params.get("title"),
            update_documents=params.get("updateDocuments", False),
            dry_run=params.get("dryRun", False),
            expected=params.get("expected"),
        )
        return _changed(done)


def _scripts_aliases(bench: Workbench, params: Params) -> Any:
    with open_store(bench.project) as scripts:
        done = scripts.change_aliases(
            params["name"],
            params["aliases"],
            update_documents=params.get("updateDocuments", False),
            dry_run=params.get("dryRun", False),
            expected=params.get("expected"),
        )
        return _changed(done)


def _scripts_delete(bench: Workbench, params: Params) -> Any:
    with open_store(bench.project) as scripts:
        return _changed(scripts.delete(params["name"], expected=params.get("expected")))


def _scripts_switch(enabled: bool) -> Callable[[Workbench, Params], Any]:
    def switch(bench: Workbench, params: Params) -> Any:
        header, expected = params.get("addHeader", False), params.get("expected")
        with open_store(bench.project) as scripts:
            done = scripts.enable(params["name"], enabled, header=header, expected=expected)
            return _changed(done)

    return switch


def _scripts_history(bench: Workbench, params: Params) -> Any:
    return store.history(bench.project, params["name"])


def _scripts_version(bench: Workbench, params: Params) -> Any:
    with open_store(bench.project, for_past=True) as scripts:
        content = scripts.version(params["name"], params["sha256"])
    return {"sha256": params["sha256"], "content": content}


def _scripts_restore(bench: Workbench, params: Params) -> Any:
    version, expected = params.get("version"), params.get("expected")
    with open_store(bench.project, for_past=True) as scripts:
        return _changed(scripts.restore(params["name"], version, expected=expected))


def _scripts_search(bench: Workbench, params: Params) -> Any:
    return {"found": store.search(bench.project, params["words"], disk=bench.disk)}


def _scripts_uses(bench: Workbench, params: Params) -> Any:
    return {"documents": store.show(bench.project, params["name"], disk=bench.disk)["uses"]}


def _changed(change: Change) -> Any:
    report = change.to_json()
    after = change.after if change.is_done else None
    if after is None:
        return {"change": report, "script": None, "content": None}
    is_default = after.sha256 in {default.sha256 for default in shipped()}
    script = after.to_json("default" if is_default else "project")
    return {"change": report, "script": script, "content": after.content}


def _check_project(bench: Workbench, params: Params) -> Any:
    names = params.get("names")
    root = bench.project.root
    with bench.checker() as engine:
        if names is None:
            return checking.check_scripts([], bench.project, engine)
        paths = [root / store.path_of(bench.project, name, disk=bench.disk) for name in names]
        if not paths:
            return {"ok": True, "scripts": []}
        return checking.check_scripts(paths, bench.project, engine)


def _check_source(bench: Workbench, params: Params) -> Any:
    with bench.checker() as engine:
        return checking.check_text(params["path"], params["content"], engine)


def _index_diff(bench: Workbench, _: Params) -> Any:
    return syncing.diff(bench.project, disk=bench.disk)


def _index_sync(bench: Workbench, params: Params) -> Any:
    prefer = params.get("prefer", "disk")
    disk = bench.disk if prefer == "disk" else None
    done = syncing.sync(bench.project, prefer=prefer, paths=params.get("paths"), disk=disk)
    return _synced(bench, done)


def _index_rebuild(bench: Workbench, _: Params) -> Any:
    return _synced(bench, syncing.sync(bench.project, fresh=True, disk=bench.disk))


def _synced(bench: Workbench, done: dict[str, Any]) -> Any:
    bench.send("index.synced", {name: done[name] for name in ("conflicting", "problems", "notes")})
    return done


def _documents_list(bench: Workbench, params: Params) -> Any:
    with open_documents(bench.project, bench.disk) as found:
        return found.list(**params).to_json()


def _documents_read(bench: Workbench, params: Params) -> Any:
    with open_documents(bench.project) as found:
        return found.read(params["path"]).to_json()


def _documents_write(bench: Workbench, params: Params) -> Any:
    with open_documents(bench.project) as found:
        return found.write(params["path"], params["text"], params["expected"]).to_json()


def _documents_prepare(bench: Workbench, params: Params) -> Any:
    return documents.prepare(bench.project, params["path"], params.get("text"))


def _documents_html(bench: Workbench, params: Params) -> Any:
    parts, macros = params["parts"], params["macros"]
    _require_macros(parts, len(macros))
    policy = policy_of(bench.project)
    cleaned = clean_page_body(parts, macros, policy, preview=params.get("preview", True))
    return {"html": cleaned.html, "warnings": list(map(page_warning, cleaned.notices))}


def _require_macros(parts: Sequence[str | int], count: int) -> None:
    for at, part in enumerate(parts):
        if isinstance(part, int) and part >= count:
            raise PartUnknown(at, part, count)


METHODS: Mapping[str, Method] = {
    "project.info": Method("read", _project_info),
    "project.shared": Method("read", _project_shared),
    "project.seed": Method("change", _project_seed, False),
    "scripts.list": Method("read", _scripts_list),
    "scripts.read": Method("read", _scripts_read),
    "scripts.sources": Method("read", _scripts_sources),
    "scripts.write": Method("change", _scripts_write, False),
    "scripts.update": Method("change", _scripts_update, False),
    "scripts.create": Method("change", _scripts_create, False),
    "scripts.rename": Method("change", _scripts_rename, False),
    "scripts.aliases": Method("change", _scripts_aliases, False),
    "scripts.delete": Method("change", _scripts_delete, False),
    "scripts.enable": Method("change", _scripts_switch(True), False),
    "scripts.disable": Method("change", _scripts_switch(False), False),
    "scripts.history": Method("read", _scripts_history),
    "scripts.version": Method("read", _scripts_version),
    "scripts.restore": Method("change", _scripts_restore, False),
    "scripts.search": Method("read", _scripts_search),
    "scripts.uses": Method("read", _scripts_uses),
    "scripts.run": Method("run", running.run_script),
    "scripts.transform": Method("run", running.transform),
    "check.project": Method("read", _check_project),
    "check.source": Method("pure", _check_source),
    "index.diff": Method("read", _index_diff),
    "index.sync": Method("change", _index_sync),
    "index.rebuild": Method("change", _index_rebuild),
    "documents.list": Method("read", _documents_list),
    "documents.read": Method("read", _documents_read),
    "documents.write": Method("change", _documents_write, False),
    "documents.prepare": Method("read", _documents_prepare),
    "documents.html": Method("pure", _documents_html),
    "tools.offer": Method("change", running.offer_tools, False),
}
"""Every method but `cancel`, which the connection implements."""
