"""Modules are joined into one script, or refused in one clear sentence."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from data_prep.errors import InputError
from tests.book.conftest import ROOT, extension

ASSETS = ROOT / "book" / "assets"

scripts = extension("scripts")


def written(folder: Path, **modules: str) -> Path:
    """Write modules, and return their folder."""
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, entry: str = "entry.js") -> str:
    """Return why a script is refused."""
    with pytest.raises(InputError) as problem:
        scripts.joined(folder, entry)
    said = str(problem.value)
    assert said.count("\n") == 0
    return said


def test_a_module_comes_once_and_after_what_it_imports(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        entry='import { b } from "./middle.js";\nimport {\n  a,\n} from "./base.js";\nlog(a);\n',
        middle='import { a } from "./base.js";\nexport const b = a * 10;\n',
        base="/** import nothing. */\nexport function f() {}\nexport const a = 2;\n",
    )
    text = scripts.joined(folder, "entry.js")
    assert [module.name for module in scripts.modules_of(folder, "entry.js")] == [
        "base.js",
        "middle.js",
        "entry.js",
    ]
    assert text.count("const a = 2;") == 1
    assert "import {" not in text
    assert "export" not in text


def test_the_script_runs_and_leaves_no_name_behind(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    folder = written(
        tmp_path,
        entry='import { a } from "./base.js";\nconsole.log(a);\n',
        base="export const a = 42;\n",
    )
    script = tmp_path / "joined.cjs"
    script.write_text(scripts.joined(folder, "entry.js") + "console.log(typeof a);\n")
    said = subprocess.run([node, str(script)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["42", "undefined"]


@pytest.mark.parametrize(
    "line",
    [
        'import a from "./base.js";',
        'import * as all from "./base.js";',
        'import { a as b } from "./base.js";',
        'import { a } from "../base.js";',
        'import "./base.js";',
        "export default 3;",
        "export { a };",
        "export let a = 3;",
        'const later = import("./base.js");',
        "const here = import.meta.url;",
    ],
)
def test_another_form_of_import_or_export_is_refused(tmp_path: Path, line: str) -> None:
    folder = written(tmp_path, entry=f"{line}\n", base="export const a = 1;\n")
    said = refused(folder)
    assert said.startswith("entry.js")


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ({"entry": 'import { a } from "./base.js";\n'}, "base.js is not in"),
        (
            {"entry": 'import { a } from "./base.js";\n', "base": "const a = 1;\n"},
            "entry.js imports a, which base.js does not export.",
        ),
        (
            {
                "entry": 'import { a } from "./base.js";\nfunction twice() {}\n',
                "base": "export const a = 1;\nfunction twice() {}\n",
            },
            "base.js and entry.js both declare twice; rename one of them.",
        ),
        (
            {
                "entry": 'import { a } from "./base.js";\nexport const b = 1;\n',
                "base": 'import { b } from "./entry.js";\nexport const a = 1;\n',
            },
            "entry.js imports base.js imports entry.js: break the circle.",
        ),
        ({"entry": "const { a } = window;\n"}, "entry.js takes an object apart"),
        ({"entry": 'const end = "</script>";\n'}, 'entry.js holds "</script"'),
    ],
)
def test_what_cannot_be_joined_is_refused(
    tmp_path: Path, modules: dict[str, str], said: str
) -> None:
    assert refused(written(tmp_path, **modules)).startswith(said)


@pytest.mark.parametrize("module", sorted(path.name for path in ASSETS.glob("*.js")))
def test_every_module_of_the_book_can_be_joined(module: str) -> None:
    assert scripts.joined(ASSETS, module)


@pytest.mark.parametrize("module", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
def test_a_module_is_no_longer_than_a_file_of_a_package(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 450
