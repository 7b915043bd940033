"""The two text formats in which the USPS digits are handed on.

ESL (zip.train, zip.test): a line a digit, its label 0 to 9 and 256 gray levels row by row.
LIBSVM (usps, usps.t): a line a digit, its label 1 to 10 - one more than the digit - and
``index:value`` pairs with indices 1 to 256; a gray level that is missing is 0, not background.

Both write gray levels with three decimals, so they are kept as whole thousandths: what a file
says can then be compared bit for bit, whatever way it was printed. So other programs' dress is
taken off before: byte order marks and UTF-16, what float32 adds in the eighth decimal, and in ESL
files commas, semicolons with decimal commas, quotes, a header and names of rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice

import numpy as np

from data_prep import files
from data_prep.errors import GET_IT_ANEW, InputError

SIDE = 16
PIXELS = SIDE * SIDE

MOST_DIGITS = 7291
LONGEST_LINE = 16384
ROUNDING = 1e-7
"""How far a gray level may be from three decimals: float32 comes as near as 3e-8."""

_INDICES = frozenset(range(1, PIXELS + 1))


def parse_esl(text: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read digits in the format of zip.train and zip.test.

    Parameters
    ----------
    text : bytes
        The contents of the file.
    name : str
        What error messages call it.

    Returns
    -------
    thousandths : ndarray, int16, shape (n, 16, 16)
        The gray levels, times 1000.
    labels : ndarray, uint8, shape (n,)
        The digits, 0 to 9.

    Raises
    ------
    InputError
        At the first thing that is not in this format, with its line and column.
    """
    text = _without_mark(text)
    beginning, end = text.lstrip()[: 2 * LONGEST_LINE], text.rstrip()[-LONGEST_LINE:]
    first, second = [*map(_words, beginning.splitlines()), [], []][:2]
    has_header = _is_header(first)
    last = _words(end.rpartition(b"\n")[2])
    has_row_names = len(second if has_header else first) == len(last) == 2 + PIXELS
    row_of = partial(_esl_row, names=int(has_row_names))
    return _parse(text, name, row_of, first_label=0, has_header=has_header)


def parse_libsvm(text: bytes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read digits in the format of LIBSVM's usps and usps.t; see `parse_esl`."""
    return _parse(_without_mark(text), name, _libsvm_row, first_label=1)


def _without_mark(text: bytes) -> bytes:
    with suppress(UnicodeDecodeError):  # what is no text is dealt with below
        return files.decoded(text).encode()
    return text


def _words(line: bytes) -> list[bytes]:
    if b";" in line:
        line = line.replace(b",", b".")
    return line.translate(_SEPARATORS).split()


_SEPARATORS = bytes.maketrans(b',;"', b"   ")


def _is_header(words: list[bytes]) -> bool:
    """Tell whether words are names of columns, or the numbers of columns from 0 or 1 on."""
    if len(words) <= 1:
        return False
    counted = [[b"%d" % number for number in range(n, n + len(words))] for n in (0, 1)]
    return words in counted or not any(map(_is_number, words))


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _esl_row(line: bytes, names: int) -> list[float]:
    words = _words(line)[names:]
    if len(words) != 1 + PIXELS:
        raise InputError(f"{len(words)} columns instead of 257 (a label and 256 gray levels)")
    return _numbers(words)


def _libsvm_row(line: bytes) -> list[float]:
    numbers = _numbers(line.replace(b":", b" ").split())
    if len(numbers) != 1 + 2 * line.count(b":"):
        raise InputError("not a label followed by index:value pairs")
    row = numbers[:1] + [0.0] * PIXELS
    for index, value in zip(numbers[1::2], numbers[2::2], strict=True):
        if index not in _INDICES:
            raise InputError(f"{index:g} is no index from 1 to {PIXELS}")
        row[int(index)] = value
    return row


def _numbers(words: list[bytes]) -> list[float]:
    try:
        return list(map(float, words))
    except ValueError:
        column, word = next(
            (column, word) for column, word in enumerate(words, start=1) if not _is_number(word)
        )
        shown = word[:20].decode("ascii", "replace")
        raise InputError(f"column {column} is '{shown}', not a number") from None


def _parse(
    text: bytes,
    name: str,
    row_of: Callable[[bytes], list[float]],
    first_label: int,
    has_header: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    _refuse_what_is_no_text(text, name)
    rows, line_numbers = [], []
    for line_number, line in islice(_lines(text, name), int(has_header), None):
        try:
            rows.append(np.array(row_of(line)))
        except InputError as fault:
            raise InputError(f"{name}, line {line_number}: {fault}; {GET_IT_ANEW}") from None
        line_numbers.append(line_number)
        if len(rows) > MOST_DIGITS:
            raise InputError(
                f"{name} holds more than {MOST_DIGITS} digits, the larger of the two sets; "
                f"{GET_IT_ANEW}"
            )
    if not rows:
        raise InputError(f"{name} holds no digits; {GET_IT_ANEW}")
    table = np.stack(rows)
    for row, what in _bad_values(table[:, 0], table[:, 1:], first_label):
        raise InputError(f"{name}, line {line_numbers[row]}: {what}; {GET_IT_ANEW}")
    thousandths = np.rint(table[:, 1:] * 1000).astype(np.int16)
    return thousandths.reshape(-1, SIDE, SIDE), (table[:, 0] - first_label).astype(np.uint8)


def _refuse_what_is_no_text(text: bytes, name: str) -> None:
    refuse_web_page(text, name)
    beginning = text[:1024].lstrip()
    if not beginning.isascii() or b"\0" in beginning:
        raise InputError(
            f"{name} is neither text nor packed by gzip, bzip2, xz or zip; {GET_IT_ANEW}"
        )


def refuse_web_page(contents: bytes, name: str) -> None:
    """Raise InputError if a file is a page that some site gave in the place of what was asked."""
    if contents[:1024].lstrip().startswith(b"<"):
        raise InputError(
            f"{name} is a web page, not digits: the site answered with a page of its own; "
            f"{GET_IT_ANEW}"
        )


def _lines(text: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    for line_number, line in enumerate(io.BytesIO(text), start=1):
        if len(line) > LONGEST_LINE:
            raise InputError(f"{name}, line {line_number}: far too long for a digit; {GET_IT_ANEW}")
        if not line.isspace():
            yield line_number, line


def _bad_values(
    labels: np.ndarray, levels: np.ndarray, first_label: int
) -> Iterator[tuple[int, str]]:
    """Yield the row of a value that cannot be, and what is wrong with it."""
    last_label = first_label + 9
    for row in np.flatnonzero(~np.isin(labels, np.arange(first_label, last_label + 1))):
        yield int(row), f"{labels[row]:g} is no label from {first_label} to {last_label}"
    for row, pixel in np.argwhere(~(np.abs(levels) <= 1 + ROUNDING)):  # finds NaN too
        yield int(row), f"gray level {pixel + 1} is {levels[row, pixel]:g}, not between -1 and 1"
    thousandths = levels * 1000
    for row, pixel in np.argwhere(np.abs(thousandths - np.rint(thousandths)) > 1000 * ROUNDING):
        yield int(row), f"gray level {pixel + 1} is {levels[row, pixel]}, not of three decimals"
