"""The one kind of error that is the reader's to mend."""

GET_IT_ANEW = "get the file anew."
"""How the message ends when nothing but another copy of a file will help."""


class InputError(ValueError):
    """Something given from outside cannot be used.

    The message is one sentence that names the thing and the way out. The command line prints it
    on stderr and ends with exit status 2; from Python it is an ordinary ValueError.
    """


def fault(problem: Exception) -> str:
    """Return what an InputError finds wrong, without its full stop and plain advice."""
    return str(problem).removesuffix(f"; {GET_IT_ANEW}").rstrip(".")
