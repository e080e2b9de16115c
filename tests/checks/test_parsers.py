"""Text of others is parsed in one package, within bounds."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "pybridge"
PARSERS = {("json", "load"), ("json", "loads"), ("json", "JSONDecoder")}
"""YAML and TOML are held by the import rules in pyproject.toml."""

ALLOWED = {
    "formats/": "the package",
    "macros/": "the macro engine has a parser of its own, as it has only the standard library",
    "abi/": "the schemas of pybridge itself",
    "bench/": "its own measurements",
    "build/": "its own files and the output of its tools",
    "engines/browser/engine.py": "answers of the client in the page, which has checked them",
    "engines/supervision/checks/shapes.py": "a schema of pybridge itself",
    "engines/supervision/worker_link.py": "replies of workers: their bytes are counted, and each is checked",
    "engines/wasi/guest_compiler.py": "runs in the sandbox",
    "html/policy.py": "a file of pybridge itself",
    "mcp/runs/guest.py": "runs in the sandbox",
    "mcp/runs/native_child.py": "what its parent sends",
    "mcp/tools/command_child.py": "what its parent sends",
    "mcp/tools/tool.py": "a file of pybridge itself",
    "packages/package_compiler.py": "its request, which pybridge itself makes; runs in the sandboxes",
    "parity/corpora.py": "cases of the checkout",
    "parity/process_cases.py": "cases of the checkout",
    "processes/runtimes.py": "files of pybridge itself",
    "scripts_store/index/": "an index that is checked, read within limits and a deadline",
    "scripts_store/seed.py": "the manifest of the built-in macros",
    "wasi/child.py": "its arguments",
    "wasi/warm.py": "replies of its own child, which no guest reaches",
    "wasi/warm_child.py": "requests of its parent",
}


def parses_json(source: str) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in PARSERS
        for node in ast.walk(ast.parse(source))
    )


def test_json_is_parsed_in_one_package() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if parses_json(path.read_text("utf-8"))
    }
    assert {name for name in found if not name.startswith(tuple(ALLOWED))} == set()
    assert {
        entry for entry in ALLOWED if not any(name.startswith(entry) for name in found)
    } == set()


def test_a_parser_elsewhere_would_be_found() -> None:
    assert parses_json("import json\njson.loads(text)")
    assert not parses_json("import json\njson.dumps(value)")
