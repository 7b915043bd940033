"""Write the chapters as notebooks into a folder: `make lab` opens them in JupyterLab.

Each chapter is run once, so that its prose has its numbers. Notebooks that are there are kept, for
a reader may have changed them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import start_new_kernel

from reproduction import console
from reproduction.pages.notebooks import Book, is_notebook, notebook_of

CHAPTERS = Path(__file__).resolve().parents[2] / "book"


class LiveKernel:
    """A kernel of its own for a chapter; use it in a with statement."""

    def __init__(self, folder: Path) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3", cwd=str(folder))

    def __enter__(self) -> LiveKernel:
        return self

    def __exit__(self, *problem: object) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, source: str) -> None:
        """Run a cell.

        Raises
        ------
        RuntimeError
            If it fails, with the error's name and message.
        """
        self._execute(source)

    def value(self, expression: str) -> dict[str, Any]:
        """Return the value of an expression, by media type."""
        found = self._execute("", {"value": expression})["user_expressions"]["value"]
        return dict(_sound(found)["data"])

    def _execute(self, source: str, expressions: dict[str, str] | None = None) -> dict[str, Any]:
        reply = self.client.execute_interactive(
            source, user_expressions=expressions, output_hook=lambda message: None, timeout=None
        )
        return _sound(reply["content"])


def _sound(content: dict[str, Any]) -> dict[str, Any]:
    if content["status"] != "ok":
        raise RuntimeError(f"{content['ename']}: {content['evalue']}")
    return content


def write(chapter: Path, target: Path, book: Book) -> None:
    """Run a chapter, and write it as a notebook."""
    with LiveKernel(chapter.parent) as kernel:
        notebook = notebook_of(chapter, book, kernel)
    nbformat.write(notebook, target)


def main(folder: Path) -> None:
    """Write the notebooks that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    out = console.messages()
    book = Book.read(CHAPTERS, "{}.ipynb")
    chapters = [path for path in sorted(CHAPTERS.glob("*.md")) if is_notebook(path)]
    missing = [path for path in chapters if not (folder / f"{path.stem}.ipynb").exists()]
    for number, chapter in enumerate(missing, start=1):
        out.print(f"Notebook {number} of {len(missing)}: {book.titles[chapter.stem]}")
        write(chapter, folder / f"{chapter.stem}.ipynb", book)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
