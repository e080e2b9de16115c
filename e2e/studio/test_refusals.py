"""Who is not answered: other pages, other names, no session; and where nobody gets to."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from e2e.studio.conftest import OpenStudio, make_project
from e2e.studio.running import Running, running_studio

LIST = {"jsonrpc": "2.0", "id": 1, "method": "scripts.list"}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for all: nothing here changes it."""
    with running_studio(make_project(tmp_path_factory.mktemp("refusals"))) as running:
        yield running


def ask(
    studio: Running,
    method: str,
    path: str,
    *,
    headers: dict[str, str] | None = None,
    body: Any = None,
) -> tuple[int, str, dict[str, str]]:
    """Return status, body and headers of one request; headers given as "" are left out."""
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20)
    sent = {**studio.session, **(headers or {})}
    connection.putrequest(method, path, skip_host="Host" in sent, skip_accept_encoding=True)
    data = json.dumps(body).encode() if body is not None else b""
    for name, value in {**sent, "Content-Length": str(len(data))}.items():
        if value:
            connection.putheader(name, value)
    connection.endheaders(data)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}


def test_the_page_with_its_session_is_answered(studio: Running) -> None:
    status, text, _ = ask(studio, "POST", "/rpc", body=LIST)
    assert status == 200
    assert "stars" in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Authorization": "", "Cookie": ""}, 401, id="no-session"),
        pytest.param({"Authorization": ""}, 401, id="no-key"),
        pytest.param({"Cookie": ""}, 401, id="no-cookie"),
        pytest.param({"Authorization": "Bearer wrong"}, 401, id="wrong-key"),
        pytest.param({"Authorization": "Basic eDp5"}, 401, id="another-scheme"),
        pytest.param({"Host": "evil.example"}, 421, id="rebound-name"),
        pytest.param({"Host": "127.0.0.1:1"}, 421, id="another-port"),
        pytest.param({"Host": ""}, 400, id="no-host"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="foreign-page"),
        pytest.param({"Origin": "null"}, 403, id="opaque-page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="cross-site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="another-port-of-this-host"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/rpc"), ("GET", "/events")])
def test_the_service_refuses(
    studio: Running, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    # Without a host the server answers before it reads a body, and a body in transit would reset the connection.
    body = None if headers.get("Host") == "" else LIST
    answered, text, _ = ask(studio, method, path, headers=headers, body=body)
    assert answered == status
    assert "stars" not in text


def test_even_the_pages_files_are_not_for_a_rebound_name(studio: Running) -> None:
    status, text, _ = ask(studio, "GET", "/", headers={"Host": "evil.example"})
    assert (status, "<html" in text) == (421, False)


@pytest.mark.parametrize(
    "path",
    [
        "/runtime/../../../etc/passwd",
        "/runtime/%2e%2e/%2e%2e/etc/passwd",
        "/runtime/..%2f..%2fpyproject.toml",
        "/runtime//etc/passwd",
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/src/main.js",
        "/index.html",
    ],
)
def test_no_file_outside_what_is_served(studio: Running, path: str) -> None:
    status, text, _ = ask(studio, "GET", path)
    assert status == 404
    assert "root:" not in text
    assert "[project]" not in text


PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\xdac\xf8\xcf"
    b"\xc0\0\0\x03\x01\x01\0\xf7\x03A\x43\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture(scope="module")
def pictures(studio: Running) -> Path:
    """Pictures where they belong, and what must not be had as one."""
    root = studio.root
    for name in ("media/a.png", "media/ä b.PNG", "scripts/x.png", ".hidden/x.png", "media/.x.png"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(PICTURE)
    (root / "media" / "active.html").write_text("<script>1</script>")
    (root / "media" / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "media" / "folder.png").mkdir()
    (root.parent / "outside.png").write_bytes(b"secret")
    links = {
        "out": root.parent / "outside.png",
        "script": root / "scripts" / "stars.py",
        "settings": root / "pybridge.toml",
        "hidden": root / ".hidden" / "x.png",
        "circle": root / "media" / "circle.png",
        "inside": root / "media" / "a.png",
    }
    for name, target in links.items():
        (root / "media" / f"{name}.png").symlink_to(target)
    (root / "media" / "above").symlink_to(root.parent)
    return root


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/media/media/a.png", "image/png"),
        ("/media/media/%C3%A4%20b.PNG", "image/png"),
        ("/media/media/drawing.svg", "image/svg+xml"),
        ("/media/media/inside.png", "image/png"),
    ],
)
def test_pictures_of_the_project_are_given_out_powerless(
    studio: Running, pictures: Path, path: str, kind: str
) -> None:
    status, _, headers = ask(studio, "GET", path)
    assert (status, headers["content-type"]) == (200, kind)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("; sandbox")


@pytest.mark.parametrize(
    "path",
    [
        "/media/../outside.png",
        "/media/%2e%2e/outside.png",
        "/media/%2e%2e%2foutside.png",
        "/media/media/..%2f..%2foutside.png",
        "/media/media/..%5c..%5coutside.png",
        "/media/media%2f..%2f..%2foutside.png",
        "/media//etc/passwd.png",
        "/media/%2fetc/passwd",
        "/media/media/out.png",
        "/media/media/above/outside.png",
        "/media/media/script.png",
        "/media/media/settings.png",
        "/media/media/hidden.png",
        "/media/media/circle.png",
        "/media/media/folder.png",
        "/media/media/a.png%00.txt",
        "/media/media/a.png/",
        "/media/media/active.html",
        "/media/media/nothing.png",
        "/media/scripts/x.png",
        "/media/Scripts/x.png",
        "/media/scripts/stars.py",
        "/media/pybridge.toml",
        "/media/posts/soup.md",
        "/media/.hidden/x.png",
        "/media/media/.x.png",
        "/media/.pybridge/index.db",
        "/media/",
    ],
)
def test_nothing_else_is_given_out_as_a_picture(studio: Running, pictures: Path, path: str) -> None:
    status, text, headers = ask(studio, "GET", path)
    assert (status, headers["content-type"]) == (404, "application/json")
    assert "secret" not in text


@pytest.mark.parametrize("path", ["/media/media/a.png", "/media/media/drawing.svg", "/media/x"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Authorization": ""}, 401, id="no-key"),
        pytest.param({"Cookie": ""}, 401, id="no-cookie"),
        pytest.param({"Host": "evil.example"}, 421, id="rebound-name"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="foreign-page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="cross-site"),
    ],
)
def test_pictures_are_for_the_page_alone(
    studio: Running, pictures: Path, path: str, headers: dict[str, str], status: int
) -> None:
    assert ask(studio, "GET", path, headers=headers)[0] == status


@pytest.mark.parametrize(
    ("method", "params"),
    [
        pytest.param("documents.read", {"path": "../secret.md"}, id="document-above"),
        pytest.param("documents.read", {"path": "/etc/passwd"}, id="absolute"),
        pytest.param("documents.write", {"path": "posts/../../x.md", "text": "", "expected": None}, id="write-above"),
        pytest.param("scripts.create", {"title": "x", "slug": "../x"}, id="slug-above"),
        pytest.param("scripts.rename", {"name": "stars", "slug": "../../stars"}, id="rename-above"),
        pytest.param("scripts.read", {"name": "../secret.py"}, id="script-above"),
    ],
)  # fmt: skip
def test_no_path_outside_the_project(studio: Running, method: str, params: dict[str, Any]) -> None:
    project = studio.root
    (project.parent / "secret.md").write_text("secret")
    (project.parent / "secret.py").write_text("secret = 1")
    before = sorted(path.name for path in project.parent.iterdir())
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    _, text, _ = ask(studio, "POST", "/rpc", body=request)
    error = json.loads(text)["error"]
    assert error["data"]["code"] in ("usage", "not-found", "schema")
    assert "secret = 1" not in text
    assert sorted(path.name for path in project.parent.iterdir()) == before


def test_what_is_no_json_or_too_much_is_refused_in_words(studio: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=20)
    headers = studio.session
    connection.request("POST", "/rpc", b"{", headers)
    assert json.loads(connection.getresponse().read())["error"]["code"] == -32700
    connection.request("POST", "/rpc", b" " * (25 * 1024 * 1024), headers)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (413, "input-limit")
    connection.close()
    assert ask(studio, "POST", "/rpc", body=LIST)[0] == 200


def test_the_pages_policy_has_no_way_around_it(studio: Running) -> None:
    _, _, headers = ask(studio, "GET", "/")
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    other = ask(studio, "GET", "/")[2]["content-security-policy"]
    assert other != policy, "the nonce is that of another answer"


def test_a_page_of_another_origin_gets_nothing(studio: Running, context: BrowserContext) -> None:
    page = context.new_page()
    page.route(
        "http://evil.example/",
        lambda route: route.fulfill(content_type="text/html", body="<p>hello"),
    )
    page.goto("http://evil.example/")
    asked = page.evaluate(
        """async ([port, key]) => {
          const url = `http://127.0.0.1:${port}/rpc`;
          const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
          const body = '{"jsonrpc": "2.0", "id": 1, "method": "scripts.list"}';
          const ways = [
            () => fetch(url, { method: "POST", headers, body }).then((answer) => answer.text()),
            () => fetch(url, { method: "POST", mode: "no-cors", body }).then((answer) => answer.text()),
            () => import(`http://127.0.0.1:${port}/studio.js`).then(() => "imported"),
          ];
          return Promise.all(ways.map((way) => way().catch(() => "refused")));
        }""",
        [studio.port, studio.session["Authorization"].partition(" ")[2]],
    )
    assert asked == ["refused"] * 3


def test_a_port_that_is_taken_is_said(
    studio: Running, open_studio: OpenStudio, project: Path
) -> None:
    with pytest.raises(AssertionError, match=f"cannot listen on port {studio.port}"):
        open_studio(project, "--port", str(studio.port))
