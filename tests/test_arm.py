"""The record of the training on ARM is of the engine as it stands."""

from reproduction import sealed
from tests.arm import RECORD
from tests.reproduction.network.test_same_bits import EXPECTED


def test_the_record_has_the_weights_that_all_machines_have():
    """Where the bits change on purpose, `make same-bits-arm` makes the record anew."""
    record = sealed.read_json(RECORD)
    assert record["hashes"] == EXPECTED
    assert record["machine"]["system"] == "Linux aarch64"
