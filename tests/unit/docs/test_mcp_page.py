"""The page about assistants: its configuration starts a server, which has the tools that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pybridge.mcp.policies.reading import host_policy
from pybridge.mcp.policies.templates import TEMPLATES
from tests.unit.docs.cli_page import PAGE
from tests.unit.mcp.conftest import connected

TEXT = PAGE.with_name("mcp.md").read_text("utf-8")


def test_the_configuration_starts_a_server_with_the_tools_of_the_page(tmp_path: Path) -> None:
    [snippet] = re.findall(r"^```json\n(\{\n  \"mcpServers\".*?)^```$", TEXT, re.M | re.S)
    [server] = json.loads(snippet)["mcpServers"].values()
    assert server["command"] == "pybridge"
    assert server["args"][0] == "mcp"
    with connected(server["args"][1:], cwd=tmp_path) as assistant:

        async def listing() -> Any:
            return await assistant.client.list_tools()

        tools = assistant.portal.call(listing).tools
    assert [tool.name for tool in tools if f"`{tool.name}`" not in TEXT] == []
    [run_python] = [tool for tool in tools if tool.name == "run_python"]
    assert [name for name in run_python.input_schema["properties"] if f"`{name}`" not in TEXT] == []


def test_the_policy_file_is_valid_and_every_policy_is_named(tmp_path: Path) -> None:
    [snippet] = re.findall(r"^```json\n(\{\n  \"policy\".*?)^```$", TEXT, re.M | re.S)
    path = tmp_path / "policy.json"
    path.write_text(snippet, "utf-8")
    assert host_policy("secure", path).ceiling.resources.timeout_ms == 20_000
    assert [name for name in TEMPLATES if f"| `{name}` |" not in TEXT] == []
