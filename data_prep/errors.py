"""The one kind of error that is the reader's to mend."""

import unicodedata

GET_IT_ANEW = "get the file anew."
"""How the message ends when nothing but another copy of a file will help."""


def shown(text: str) -> str:
    """Return a text with all that a terminal would obey, rather than show, written out.

    File names hold what they like: control characters, line ends, bytes that are no UTF-8.
    """
    return "".join(map(_shown, text))


def _shown(letter: str) -> str:
    if letter.isprintable() or unicodedata.category(letter) == "Zs":
        return letter
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


class InputError(ValueError):
    """Something given from outside cannot be used.

    The message is one sentence that names the thing and the way out. The command line prints it
    on stderr and ends with exit status 2; from Python it is an ordinary ValueError.

    Parameters
    ----------
    *sentences : str
        More than one where several things were given.
    """

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


def fault(problem: Exception) -> str:
    """Return what an InputError finds wrong, without its full stop and plain advice."""
    return str(problem).removesuffix(f"; {GET_IT_ANEW}").rstrip(".")
