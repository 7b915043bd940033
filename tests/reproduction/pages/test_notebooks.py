"""A notebook shows what its chapter's page shows, and runs from top to bottom."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

pytest.importorskip("jupytext")
pytest.importorskip("pybtex")
kernels = pytest.importorskip("jupyter_client.kernelspec")

from reproduction.pages import lab, notebooks  # noqa: E402

ROOT = Path(__file__).parents[3]

CHAPTER = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

# A small chapter

Networks were trained {cite}`one1989,many1998`; [](other.md) has more ([how](other.md#here)), and
{doc}`the other <other>` too. In code, `{eval}` and `[](other.md)` stay.

```{code-cell} ipython3
:tags: [remove-cell]
unused = 1
```

```{code-cell} ipython3
:tags: [remove-cell]
errors = [3, 4]
```

```{code-cell} ipython3
:tags: [hide-input]
assert max(errors) == 4
```

(label)=
## Numbers

They make {eval}`max(errors)` errors, {eval}`"not five"`; {eq}`small-first` says so.

$$
a = b
$$ (small-first)

```python
errors = {eval}`never`
```

```{code-cell} ipython3
errors = [5]
errors
```

| now | {eval}`max(
errors)` |
|---|---|

```{admonition} Exercise
Guess {eval}`len(errors)`.

Then run.
```

````{admonition} Solution
:class: dropdown
It is {eval}`errors[0]`.

```{eval} errors[0] + 1
```

```{math}
:label: small-second
c = d
```
````
"""

BIBLIOGRAPHY = """
@article{one1989, author = {Le Cun, Y.}, title = {A}, journal = {J}, year = {1989}}
@article{many1998, author = {LeCun, Y. and Bottou, L. and Bengio, Y.}, title = {B}, year = {1998a}}
"""


class Spoken:
    """A kernel for small cells, in this process."""

    def __init__(self):
        self.names = {}

    def run(self, source):
        """Run a cell."""
        exec(source, self.names)

    def value(self, expression):
        """Return the value of an expression."""
        return {"text/plain": repr(eval(expression, self.names))}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.md").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "other.md").write_text("# The other chapter\n", encoding="utf-8")
    (tmp_path / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def notebook(folder):
    book = notebooks.Book.read(folder)
    return notebooks.notebook_of(folder / "small.md", book, Spoken())


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_numbers_are_those_of_their_place(notebook):
    text = prose(notebook)
    assert "They make 4 errors, not five; (1) says so." in text
    assert "| now | 5 |" in text
    assert "It is 5." in text


def test_works_are_cited_by_name_and_chapters_linked(notebook):
    text = prose(notebook)
    assert "trained [Le Cun, 1989; LeCun et al., 1998a];" in text
    assert "[The other chapter](other.html) has more ([how](other.html#here))" in text
    assert "[the other](other.html) too" in text


def test_code_stays_as_it_is(notebook):
    text = prose(notebook)
    assert "In code, `{eval}` and `[](other.md)` stay." in text
    assert "errors = {eval}`never`" in text


def test_equations_have_the_numbers_of_the_page(notebook):
    text = prose(notebook)
    assert "$$\na = b\n\\tag{1}\n$$" in text
    assert "$$\nc = d\n\\tag{2}\n$$" in text


def test_solutions_are_folded_and_boxes_are_quoted(notebook):
    text = prose(notebook)
    assert re.search(
        r"<details>\n<summary>Solution</summary>\n\nIt is 5\.\n\n6\n.*\n</details>", text, re.S
    )
    assert "> **Exercise**\n>\n> Guess 1.\n>\n> Then run." in text
    assert '<a id="label"></a>\n\n## Numbers' in text


def test_only_needed_cells_are_left_and_hidden_ones_are_folded(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source.splitlines()[0] for cell in code] == [
        "errors = [3, 4]",
        "assert max(errors) == 4",
        "errors = [5]",
    ]
    folded = [dict(cell.metadata.get("jupyter", {})) for cell in code]
    assert folded == [{"source_hidden": True, "outputs_hidden": True}, {"source_hidden": True}, {}]


def test_metadata_are_complete_and_cells_are_named_alike_each_time(folder, notebook):
    assert notebook.metadata["title"] == "A small chapter"
    assert notebook.metadata["language_info"]["name"] == "python"
    assert notebook.metadata["kernelspec"]["language"] == "python"
    again = notebooks.notebook_of(folder / "small.md", notebooks.Book.read(folder), Spoken())
    assert again == notebook


STAND_IN = """
import json, pathlib, sys
pathlib.Path("asked.json").write_text(json.dumps(sys.argv[1:]))
"""
"""For pip: keeps what it is asked for."""


def test_a_notebook_from_a_repository_first_installs_from_there(folder):
    elsewhere = folder / 'it\'s a "repository".git'
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone of the repository")
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, elsewhere], check=True)
    book = notebooks.Book.read(folder, repository=str(elsewhere))
    install, title, *_ = notebooks.notebook_of(folder / "small.md", book, Spoken()).cells
    assert (install.cell_type, title.source.splitlines()[0]) == ("code", "# A small chapter")
    venv.create(folder / "python", with_pip=False)
    python = folder / "python" / ("Scripts" if os.name == "nt" else "bin") / "python"
    (site,) = (folder / "python").glob("**/site-packages")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib"))  # all but the installed package
    (site / "pip.py").write_text(STAND_IN)
    shown = "print(os.getcwd(), importlib.util.find_spec('reproduction').origin)"
    twice = "\n".join([install.source, install.source, shown])
    done = subprocess.run(
        [python, "-I", "-c", twice], cwd=folder, capture_output=True, check=True, text=True
    )
    clone = folder / "lenet1989"
    assert done.stdout.split() == [str(clone / "book"), str(clone / "reproduction/__init__.py")]
    assert (clone / "reproduction/pages/__init__.py").exists()
    *options, place = json.loads((folder / "asked.json").read_text())
    assert options == ["install", "--quiet", "--editable"]
    path, _, extra = place.removesuffix("]").partition("[")
    project = tomllib.loads((folder / path / "pyproject.toml").read_text())["project"]
    assert extra in project["optional-dependencies"]


def test_a_live_kernel_says_the_same(folder, notebook):
    if "python3" not in kernels.find_kernel_specs():
        pytest.skip("there is no kernel to run")
    book = notebooks.Book.read(folder)
    lab.write(folder / "small.md", folder / "small.ipynb", book)
    assert notebooks.nbformat.read(folder / "small.ipynb", as_version=4) == notebook


def test_a_cell_that_fails_is_named(folder):
    if "python3" not in kernels.find_kernel_specs():
        pytest.skip("there is no kernel to run")
    with lab.LiveKernel(folder) as kernel:
        with pytest.raises(RuntimeError, match="ZeroDivisionError: "):
            kernel.run("1 / 0")
        with pytest.raises(RuntimeError, match="NameError: name 'never'"):
            kernel.value("never")
