"""Digits in, 16 x 16 images out: the USPS digits, checked bit for bit.

>>> import data_prep
>>> usps = data_prep.load()  # doctest: +SKIP
>>> len(usps.train), len(usps.test)  # doctest: +SKIP
(7291, 2007)

`data_prep.mnist` has the digits of MNIST in the same form, `data_prep.printed` the printed ones.
"""

from data_prep.on_demand import TYPE_CHECKING, on_demand

if TYPE_CHECKING:
    from data_prep.digits import HANDWRITTEN, PRINTED, DataSet, Digits, contact_sheet
    from data_prep.errors import InputError
    from data_prep.usps import load

__all__ = ["HANDWRITTEN", "PRINTED", "DataSet", "Digits", "InputError", "contact_sheet", "load"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = on_demand(__name__, __all__, "errors", "digits", "usps")
