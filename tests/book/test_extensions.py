"""A small book, built where the address of the repository and that of the book are known."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from data_prep.errors import InputError
from tests.book.conftest import ROOT, extension

for package in ("sphinx", "myst_nb", "sphinx_book_theme"):
    pytest.importorskip(package, reason="the book's packages are not installed")

CONFIGURATION = f"""
import sys
sys.path.insert(0, {str(ROOT / "book/extensions")!r})
extensions = ["myst_nb", "sphinx.ext.mathjax", "repository", "texts", "offline", "lines"]
myst_enable_extensions = ["dollarmath"]
mathjax_path = "mathjax/tex-svg.js"
nb_execution_mode = "off"
html_theme = "sphinx_book_theme"
html_title = "A small book"
"""

CELLS = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

"""

FIRST = f"""{CELLS}
# First

Two words.

```{{code-cell}} ipython3
no = "words"
```

## Within

Mathematics $x$: 1 < 2.

```{{toctree}}
second
```
"""

SECOND = "# Second\n\nNo cell of LeNet-1: p. 4, 5 × 5 and 1 %, `p. 4`.\n"

ADDRESSES = {
    "LENET1989_REPOSITORY": "https://github.com/someone/something",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "else/where",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the pages of a small book."""
    source = tmp_path_factory.mktemp("book")
    (source / "assets").mkdir()
    (source / "assets/search.js").write_text("// ours\n", encoding="utf-8")
    (source / "conf.py").write_text(CONFIGURATION, encoding="utf-8")
    (source / "index.md").write_text(FIRST, encoding="utf-8")
    (source / "second.md").write_text(SECOND, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", source, source / "html"],
        env={**os.environ, **ADDRESSES},
        check=True,
    )
    return source / "html"


def test_no_line_ends_where_print_would_not_end_it(small: Path) -> None:
    second = (small / "second.html").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", "_")
    assert 'of <span class="whole">LeNet-1</span>: p._4, 5_×_5 and 1_%, <code' in second
    assert '<span class="pre">p.</span> <span class="pre">4</span>' in second
    first = (small / "index.html").read_text(encoding="utf-8")
    assert re.search(r'<span class="whole"><span class="math[^>]*>[^<]*</span>:</span> 1', first)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_chapters_with_cells_are_offered_to_run_and_all_to_edit(small: Path) -> None:
    run = 'https://(colab|mybinder)[^"]*/someone/something/[^"]*/?notebooks[^"]*[/=](\\w+)\\.ipynb'
    first, second = read(small / "index.html"), read(small / "second.html")
    assert re.findall(run, first) == [("colab", "index"), ("mybinder", "index")]
    assert not re.findall(run, second)
    for page, name in ((first, "index"), (second, "second")):
        assert f'https://github.com/someone/something/edit/main/book/{name}.md"' in page


def test_texts_come_before_the_index_and_have_no_code(small: Path) -> None:
    index = read(small / "searchindex.js")
    written = re.match(r"Search\.texts=(\{.*\});Search\.setIndex", index, flags=re.DOTALL)
    assert written
    assert json.loads(written[1]) == {
        "index": '<div role="main"><section><section id="first">First Two words. '
        '<section id="within">Within Mathematics : 1 &lt; 2. </section></section></section></div>',
        "second": '<div role="main"><section><section id="second">Second '
        "No cell of LeNet-1: p. 4, 5 × 5 and 1 %, p. 4. "
        "</section></section></div>",
    }
    assert read(small / "_static/language_data.js").rstrip().endswith("// ours")


def test_words_are_counted_without_code(small: Path) -> None:
    said = '<p class="reading-time" data-words="{}">1 minute to read</p>'
    assert said.format(9) in read(small / "index.html")
    assert said.format(15) in read(small / "second.html")


def test_mathematics_is_loaded_where_there_is_some(small: Path) -> None:
    assert 'src="_static/mathjax/tex-svg.js' in read(small / "index.html")
    assert "mathjax" not in read(small / "second.html").lower().replace("mathjax_ignore", "")


def test_a_page_has_one_viewport(small: Path) -> None:
    for page in small.glob("*.html"):
        assert read(page).count('<meta name="viewport"') == 1


@pytest.mark.parametrize(
    ("known", "address"),
    [
        ({}, ""),
        (ADDRESSES, "https://github.com/someone/something"),
        (ADDRESSES | {"LENET1989_REPOSITORY": ""}, ""),
        (
            {name: text for name, text in ADDRESSES.items() if name.startswith("GITHUB")},
            "https://github.com/else/where",
        ),
        ({"GITHUB_SERVER_URL": "https://github.com"}, ""),
        ({"LENET1989_REPOSITORY": str(ROOT)}, str(ROOT)),
    ],
)
def test_the_address_is_that_of_the_setting_or_of_github(
    monkeypatch: pytest.MonkeyPatch, known: dict[str, str], address: str
) -> None:
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    for name, text in known.items():
        monkeypatch.setenv(name, text)
    assert extension("repository").address() == address


def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET1989_REPOSITORY", "someone/something")
    with pytest.raises(InputError, match=r"^LENET1989_REPOSITORY is someone/something, which "):
        extension("repository").address()
