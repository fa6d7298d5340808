"""Does every file keep the habits of the house? Each test lists the files that do not."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import ROOT, Module, all_modules, app_modules, files

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "managers"}
# About half as much again as the guide in the house style: what is longer has two subjects.
LONGEST_MODULE, LONGEST_TEST, LONGEST_TYPESCRIPT = 450, 750, 400
READERS_OF_THE_ENVIRONMENT = {"config/settings.py", "config/asgi.py"}
DOOR_TO_GUARDIAN = "organisations/permissions.py"
ADDRESS = re.compile(r"REMOTE_ADDR|X[-_]FORWARDED[-_]FOR|X[-_]REAL[-_]IP|peername", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def test_a_module_opens_with_the_question_it_answers() -> None:
    assert [m.name for m in all_modules() if m.tree.body and not ast.get_docstring(m.tree)] == []


def test_a_module_has_one_subject() -> None:
    longest = {m.name: LONGEST_TEST if m.name.startswith("tests/") else LONGEST_MODULE for m in all_modules()}
    assert [f"{m.name}: {m.lines} lines" for m in all_modules() if m.lines > longest[m.name]] == []


def test_nothing_is_left_for_later() -> None:
    assert [
        m.name for m in all_modules() if m.path.name != "test_modules.py" and UNFINISHED.search(m.text)
    ] == []


def test_typescript_modules_have_one_subject_and_are_finished() -> None:
    wrong = []
    for path in files(ROOT / "frontend", ".ts", ".tsx"):
        text = path.read_text(encoding="utf-8")
        longest = LONGEST_TEST if ".test." in path.name else LONGEST_TYPESCRIPT
        if text.count("\n") > longest or UNFINISHED.search(text):
            wrong.append(path.relative_to(ROOT).as_posix())
    assert wrong == []


def test_names_say_what_is_inside() -> None:
    ours = [module.path for module in all_modules()] + files(ROOT / "frontend", ".ts", ".tsx")
    empty_words = [path for path in ours if NAMES_THAT_SAY_NOTHING & {path.stem, path.parent.name}]
    barrels = [path for path in ours if path.name in {"index.ts", "index.tsx"}]
    assert empty_words + barrels == []


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        module.name
        for module in app_modules()
        if {"environ", "environb", "getenv"} & attributes(module)
        or {"os.environ", "os.environb", "os.getenv"} & set(module.imported())
    }
    assert readers <= READERS_OF_THE_ENVIRONMENT


def test_nobody_asks_for_an_address() -> None:
    assert [f"{m.name}:{line}" for m in app_modules() for line in lines_that_ask_for_an_address(m)] == []


def test_guardian_has_one_door() -> None:
    visitors = {
        m.name for m in app_modules() for name in m.imported() if name.startswith("guardian.shortcuts")
    }
    assert visitors <= {DOOR_TO_GUARDIAN}


def test_nobody_asks_guardian_in_the_way_that_always_says_no() -> None:
    assert [m.name for m in app_modules() if {"ahas_perm", "ahas_perms"} & attributes(m)] == []


def test_consumers_know_no_rows() -> None:
    consumers = [m for m in app_modules() if "/consumers/" in m.name]
    assert [m.name for m in consumers if "objects" in attributes(m)] == []


def attributes(module: Module) -> set[str]:
    return {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}


def lines_that_ask_for_an_address(module: Module) -> Iterator[int]:
    """Header names in any string but the module's docstring, `scope["client"]`, `transport.getPeer`."""
    opening = (
        module.tree.body[0].value if module.tree.body and isinstance(module.tree.body[0], ast.Expr) else None
    )
    for node in ast.walk(module.tree):
        match node:
            case ast.Constant(value=str(text)) if node is not opening and ADDRESS.search(text):
                yield node.lineno
            case ast.Subscript(value=owner, slice=ast.Constant(value="client")) if is_scope(owner):
                yield node.lineno
            case ast.Call(
                func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(value="client"), *_]
            ):
                if is_scope(owner):
                    yield node.lineno
            case ast.Attribute(attr="getPeer"):
                yield node.lineno


def is_scope(node: ast.expr) -> bool:
    return "scope" in {getattr(node, "id", None), getattr(node, "attr", None)}
