"""The built-in macros against the outputs of the application they come from."""

from __future__ import annotations

import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.unit.macros.host import DEFAULT_SCRIPTS, Host, call, returning, splice

FOLDER = Path(__file__).parent


def cases(*names: str) -> list[Any]:
    found = [
        (name, case)
        for name in names
        for case in json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    ]
    return [pytest.param(name, case, id=case["id"]) for name, case in found]


class Dom(HTMLParser):
    """A fragment as a list of events: attributes in any order, no blanks between tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.events: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.events.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.events.append(data.split())


@pytest.fixture(scope="module")
def defaults() -> Host:
    host = Host()
    host.load_defaults()
    return host


def document_of(case: Any) -> dict[str, Any]:
    return {"text": case["raw"], "env": {"mainLanguage": case["context"].get("language", "en")}}


@pytest.mark.parametrize(("name", "case"), cases("youtube", "vimeo"))
def test_output_is_that_of_the_legacy_macro(defaults: Host, name: str, case: Any) -> None:
    rendered = defaults.documents([document_of(case)])[0]
    output = splice(rendered)
    assert rendered["errors"] == []
    assert Dom(output).events == Dom(case["html"]).events
    if case["variant"] == "string":
        assert output == case["html"]
    else:
        assert "\n" not in output, "one line: Markdown tears several apart"


@pytest.mark.parametrize(("name", "case"), cases("youtube", "vimeo"))
def test_output_does_not_depend_on_how_params_are_typed(
    defaults: Host, name: str, case: Any
) -> None:
    language = case["context"].get("language", "en")
    env = {"isPreview": False, "mainLanguage": language}
    as_text = {key: str(value) for key, value in case["params"].items()}
    outcomes = defaults.render(
        [call(name, params, env=env) for params in (case["params"], as_text)]
    )
    assert outcomes[0]["result"] == outcomes[1]["result"]
    assert outcomes[0]["result"]["html"] == splice(defaults.documents([document_of(case)])[0])


@pytest.mark.parametrize("name", ["youtube", "vimeo"])
@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        pytest.param({}, "/params/id", id="missing"),
        pytest.param({"id": ""}, "/params/id", id="empty"),
        pytest.param({"id": True}, "/params/id", id="wrong type"),
    ],
)
def test_wrong_params_are_only_warned_about(
    defaults: Host, name: str, params: Any, pointer: str
) -> None:
    outcome = defaults.call(name, params)
    assert "result" in outcome
    assert [warning["pointer"] for warning in outcome["warnings"]] == [pointer]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        pytest.param("de-CH", "YouTube-Video", id="de"),
        pytest.param("fr", "Vidéo YouTube", id="fr"),
        pytest.param("IT", "Video YouTube", id="it"),
        pytest.param("es", "Vídeo de YouTube", id="es"),
        pytest.param("pt", "YouTube video", id="other"),
    ],
)
def test_title_is_localized(defaults: Host, language: str, title: str) -> None:
    env = {"isPreview": False, "mainLanguage": language}
    assert f'title="{title}"' in defaults.call("youtube", {"id": "x"}, env=env)["result"]["html"]


def stub(name: str, context: Any) -> str | None:
    """Return the script the case describes under *name*."""
    if name in context.get("script_html", {}):
        return returning(repr(context["script_html"][name]))
    template = context.get("registry", {}).get(name)
    if template is None:
        return None
    return returning(repr(template) + ".replace('${text}', context['params']['text'])")


@pytest.mark.parametrize(("name", "case"), cases("document"))
def test_document_is_that_of_the_legacy_application(name: str, case: Any) -> None:
    host = Host()
    host.load_defaults()
    names = [*case["context"].get("script_html", {}), *case["context"].get("registry", {})]
    host.load(**{each: stub(each, case["context"]) or "" for each in names})
    assert splice(host.document(case["raw"])) == case["html"]


def test_manifest_tells_versions_and_hashes_of_what_ships() -> None:
    manifest = json.loads((DEFAULT_SCRIPTS / "manifest.json").read_text("utf-8"))
    host = Host()
    shipped = sorted(DEFAULT_SCRIPTS.glob("*.py"))
    assert [entry["path"] for entry in manifest["scripts"]] == [path.name for path in shipped]
    for entry, path in zip(manifest["scripts"], shipped, strict=True):
        known = host.load(**{path.stem: path.read_text("utf-8")})[0]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert known["problems"] == []
        assert entry == {
            "slug": known["slug"],
            "path": path.name,
            "version": known["version"],
            "sha256": digest,
            "history": entry["history"],
        }
        assert entry["history"][-1] == digest, "a changed default gets a new version and is added"
        assert len(entry["history"]) == known["version"]


@pytest.mark.parametrize("path", sorted(DEFAULT_SCRIPTS.glob("*.py")), ids=lambda path: path.name)
def test_default_script_imports_nothing_of_pybridge(path: Path) -> None:
    assert "import" not in path.read_text("utf-8")
