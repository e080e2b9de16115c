"""The tools of a project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from tests.unit.mcp.conftest import Assistant, connected

HEAD = '"""\nid: {id}\ntitle: {title}\nslug: {slug}\nkind: utility\n"""\n'
ADD = '''"""Add two numbers.

The sum is the value.
"""
import _words

PARAMS = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "default": 5}}}

print(_words.SAID)
result = inputs["a"] + inputs["b"]
'''


@pytest.fixture(scope="module")
def in_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("blog")
    (root / "scripts").mkdir()
    (root / "scripts" / "_words.py").write_text("SAID = 'added'\n", "utf-8")
    (root / "scripts" / "add-up.py").write_text(ADD, "utf-8")
    (root / "scripts" / "shout.py").write_text("import sys\nprint(*sys.argv[1:])\n", "utf-8")
    (root / "scripts" / "hello.py").write_text(
        "def render(context):\n    return {'text': 'hello'}\n", "utf-8"
    )
    transform = (
        "def transform(post, context):\n    return {**post, 'title': post['title'].upper()}\n"
    )
    (root / "scripts" / "upper.py").write_text(transform, "utf-8")
    with connected(["--project", str(root)], cwd=root.parent) as found:
        yield found


def test_utility_scripts_are_tools(in_project: Assistant) -> None:
    async def listing() -> Any:
        return await in_project.client.list_tools()

    tools = {tool.name: tool for tool in in_project.portal.call(listing).tools}
    assert tools["script_add_up"].description.startswith("Add two numbers.")
    assert tools["script_add_up"].input_schema["required"] == ["a"]
    assert "script_hello" not in tools
    done = in_project.call("script_add_up", {"a": 2}).structured_content
    assert (done["value"], done["stdout"], done["status"]) == (7, "added\n", "ok")
    assert (
        in_project.call("script_shout", {"args": ["a", "b c"]}).structured_content["stdout"]
        == "a b c\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"), [({}, "a"), ({"a": "2"}, "a"), ({"a": 1, "c": 2}, "c")]
)
def test_params_are_checked(in_project: Assistant, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(MCPError, match=said):
        in_project.call("script_add_up", arguments)


def test_documents_are_rendered_and_posts_transformed(in_project: Assistant) -> None:
    rendered = in_project.call("render", {"text": "say [[hello]]"})
    assert rendered.structured_content["output"] == "say hello"
    post = {"title": "a", "content": "b"}
    changed = in_project.call("transform", {"post": post})
    assert changed.structured_content["post"]["title"] == "A"
    wrong = in_project.call("transform", {"post": {"title": 1}})
    assert wrong.is_error
    assert "title" in wrong.content[0].text
