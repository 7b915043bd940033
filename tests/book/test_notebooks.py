"""The notebooks to download: complete, without a trace of MyST, and they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.book.conftest import ROOT, chapter_names

jupyter_client = pytest.importorskip("jupyter_client")
nbformat = pytest.importorskip("nbformat", reason="the book's packages are not installed")
nbclient = pytest.importorskip("nbclient")
nbclient_util = pytest.importorskip("nbclient.util")
notebooks = pytest.importorskip("reproduction.pages.notebooks")

CHAPTERS = [name for name in chapter_names() if notebooks.is_notebook(ROOT / f"book/{name}.md")]


@pytest.fixture
def notebook(pages: Path, name: str) -> Any:
    return nbformat.read(pages / "notebooks" / f"{name}.ipynb", as_version=4)


def test_every_chapter_with_cells_is_there_to_download(pages: Path) -> None:
    assert sorted(path.stem for path in (pages / "notebooks").glob("*.ipynb")) == CHAPTERS


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_says_what_it_is(notebook: Any, name: str) -> None:
    assert set(notebook.metadata) == {"kernelspec", "language_info", "title"}
    title = notebook.metadata["title"]
    first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    assert first.source.splitlines()[0] == f"# {title}"


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_role_and_no_directive_is_left(notebook: Any, name: str) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            outside = re.sub(r"^(`{3,}).*?^\1", "", cell.source, flags=re.DOTALL | re.MULTILINE)
            assert not re.search(r"(?<!`)\{[\w:]+\}`", outside)
            assert not re.search(r"^(`{3,}|:{3,})\{", cell.source, flags=re.MULTILINE)
            assert not re.search(r"\]\([\w-]+\.md", outside)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    """Return a client of one kernel for all notebooks, which stays while they come and go."""
    manager = jupyter_client.AsyncKernelManager(kernel_name="python3")
    client = nbclient.NotebookClient(nbformat.v4.new_notebook(), km=manager, timeout=None)
    yield client
    if client.kc:
        client.kc.stop_channels()
        nbclient_util.run_sync(manager.shutdown_kernel)(now=True)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_runs_from_top_to_bottom(notebook: Any, kernel: Any, tmp_path: Path) -> None:
    """In a kernel that has forgotten all names, but not what it has imported."""
    forgetting = nbformat.v4.new_code_cell(f"%reset -f\n%cd -q {tmp_path}")
    notebook.cells.insert(0, forgetting)
    kernel.nb = notebook
    kernel.execute()
