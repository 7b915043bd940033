import codecs

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays

from data_prep import InputError
from data_prep.formats import parse_esl, parse_libsvm

THOUSANDTHS = hypothesis_arrays(
    np.int16,
    st.tuples(st.integers(1, 3), st.just(16), st.just(16)),
    elements=st.integers(-1000, 1000),
)
LINE = b"6.0000 " + b"-0.5000 " * 256 + b"\n"


def labels_for(images: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 10, len(images)).astype(np.uint8)


@settings(max_examples=40, deadline=None)
@given(images=THOUSANDTHS, seed=st.integers(0, 99), pattern=st.sampled_from(["%.4f", "%g", "%.3f"]))
def test_esl_text_gives_back_what_was_written(esl_text, images, seed, pattern):
    labels = labels_for(images, seed)
    read_images, read_labels = parse_esl(esl_text(images, labels, pattern), "it")
    assert read_images.dtype == np.int16
    assert np.array_equal(read_images, images)
    assert read_labels.dtype == np.uint8
    assert np.array_equal(read_labels, labels)


@settings(max_examples=40, deadline=None)
@given(images=THOUSANDTHS, seed=st.integers(0, 99))
def test_libsvm_text_gives_back_what_was_written(libsvm_text, images, seed):
    labels = labels_for(images, seed)
    read_images, read_labels = parse_libsvm(libsvm_text(images, labels), "it")
    assert np.array_equal(read_images, images)
    assert np.array_equal(read_labels, labels)


def test_what_libsvm_leaves_out_is_zero_and_label_ten_is_nine():
    images, labels = parse_libsvm(b"10 1:-1 256:0.5\n1\n", "it")
    assert labels.tolist() == [9, 0]
    assert images[0, 0, 0] == -1000
    assert images[0, 15, 15] == 500
    assert np.count_nonzero(images) == 2


def test_line_ends_of_other_systems_and_empty_lines_do_no_harm():
    expected = parse_esl(LINE, "it")
    for text in (LINE.strip(), LINE.replace(b" \n", b"\r\n"), b"\n" + LINE + b"\n\n"):
        for found, wanted in zip(parse_esl(text, "it"), expected, strict=True):
            assert np.array_equal(found, wanted)


def as_csv(text: bytes, separator: bytes = b",") -> list[bytes]:
    return [separator.join(line.split()) for line in text.splitlines()]


HEADER = b",".join(b'"V%d"' % column for column in range(1, 258))
COUNTED = b",".join(b"%d" % column for column in range(257))
DRESSES = {
    "commas": lambda text: b"\n".join(as_csv(text)),
    "tabs": lambda text: b"\n".join(as_csv(text, b"\t")),
    "semicolons and decimal commas": lambda text: b"\n".join(
        as_csv(text.replace(b".", b","), b";")
    ),
    "a header": lambda text: b"\n".join([HEADER, *as_csv(text)]),
    "a header that counts": lambda text: b"\n".join([COUNTED, *as_csv(text)]),
    "a header and row names": lambda text: b"\r\n".join(
        [b'"",' + HEADER, *(b'"%d",%s' % row for row in enumerate(as_csv(text), 1))]
    ),
    "row names under a shorter header": lambda text: b"\n".join(
        [HEADER, *(b'"%d",%s' % row for row in enumerate(as_csv(text), 1))]
    ),
    "row names alone": lambda text: b"\n".join(b"row%d,%s" % r for r in enumerate(as_csv(text))),
    "a byte order mark": lambda text: codecs.BOM_UTF8 + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "UTF-16, the other way": lambda text: codecs.BOM_UTF16_BE + text.decode().encode("utf-16-be"),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("pattern", ["%.4f", "%g", "%.8f"])
def test_other_programs_dress_is_taken_off(esl_text, dress, pattern):
    rng = np.random.default_rng(1989)
    images = rng.integers(-1000, 1001, (3, 16, 16)).astype(np.int16)
    labels = np.array([6, 0, 9], np.uint8)
    text = DRESSES[dress](esl_text(images, labels, pattern))
    read_images, read_labels = parse_esl(text, "it")
    assert np.array_equal(read_images, images)
    assert np.array_equal(read_labels, labels)


def test_what_float32_adds_is_taken_for_its_three_decimals():
    levels = np.arange(-1000, 1000, dtype=np.int16)[: 7 * 256]
    text = b"".join(
        b"1 " + b" ".join(b"%.9g" % np.float32(level / 1000) for level in digit) + b"\n"
        for digit in levels.reshape(-1, 256)
    )
    assert b"0.782000005" in text
    assert np.array_equal(parse_esl(text, "it")[0].ravel(), levels)


def test_a_fault_below_a_header_is_named_with_its_line():
    with pytest.raises(InputError, match=r"^it, line 3: column 1 is 'ink', not a number"):
        parse_esl(HEADER + b"\n" + LINE + LINE.replace(b"6.0000", b"ink"), "it")


def with_word(column: int, word: bytes) -> bytes:
    words = LINE.split()
    words[column - 1] = word
    return LINE + b"\n" + b" ".join(words) + b"\n" + LINE


ESL_FAULTS = {
    "255 columns": (LINE + b"6 " + b"1 " * 254, r"line 2: 255 columns instead of 257"),
    "258 columns": (LINE + b"6 " + b"1 " * 257, r"line 2: 258 columns instead of 257"),
    "label 10": (with_word(1, b"10.0000"), r"line 3: 10 is no label from 0 to 9"),
    "label 6.5": (with_word(1, b"6.5"), r"line 3: 6\.5 is no label from 0 to 9"),
    "label -1": (with_word(1, b"-1"), r"line 3: -1 is no label from 0 to 9"),
    "label NaN": (with_word(1, b"nan"), r"line 3: nan is no label from 0 to 9"),
    "value 1.5": (with_word(5, b"1.5"), r"line 3: gray level 4 is 1\.5, not between -1 and 1"),
    "value NaN": (with_word(5, b"NaN"), r"line 3: gray level 4 is nan, not between -1 and 1"),
    "infinite": (with_word(257, b"-inf"), r"line 3: gray level 256 is -inf, not between"),
    "fourth decimal": (with_word(5, b"0.1234"), r"line 3: gray level 4 is 0\.1234, not of three"),
    "word": (with_word(5, b"ink"), r"line 3: column 5 is 'ink', not a number"),
    "bytes": (with_word(5, b"\xff\xfe"), r"line 3: column 5 is '.*', not a number"),
    "web page": (b"\n<!DOCTYPE html><html>404</html>", r"is a web page, not digits"),
    "binary": (b"\x00\x01\x02" * 99, r"is neither text nor packed"),
    "spaces": (b" \n \n", r"holds no digits"),
    "endless line": (b"1 " * 50_000, r"line 1: far too long for a digit"),
}


@pytest.mark.parametrize("fault", ESL_FAULTS)
def test_a_fault_in_esl_text_is_named_with_its_place(fault):
    text, sentence = ESL_FAULTS[fault]
    with pytest.raises(InputError, match=rf"^zip\.train\W.*{sentence}.*; get the file anew\.$"):
        parse_esl(text, "zip.train")


LIBSVM_FAULTS = {
    "label 0": (b"0 1:1", r"line 1: 0 is no label from 1 to 10"),
    "label 11": (b"1 1:1\n11 1:1", r"line 2: 11 is no label from 1 to 10"),
    "index 0": (b"1 0:1", r"line 1: 0 is no index from 1 to 256"),
    "index 257": (b"1 1:1 257:1", r"line 1: 257 is no index from 1 to 256"),
    "index 1.5": (b"1 1.5:1", r"line 1: 1\.5 is no index"),
    "no pairs": (b"1 2 3", r"line 1: not a label followed by index:value pairs"),
    "value 1.5": (b"1 7:1.5", r"line 1: gray level 7 is 1\.5, not between"),
    "value NaN": (b"1 7:nan", r"line 1: gray level 7 is nan, not between"),
    "other decimals": (b"1 7:-0.99999", r"line 1: gray level 7 is -0\.99999, not of three"),
    "word": (b"1 7:ink", r"line 1: column 3 is 'ink', not a number"),
}


@pytest.mark.parametrize("fault", LIBSVM_FAULTS)
def test_a_fault_in_libsvm_text_is_named_with_its_place(fault):
    text, sentence = LIBSVM_FAULTS[fault]
    with pytest.raises(InputError, match=rf"^usps, {sentence}.*; get the file anew\.$"):
        parse_libsvm(text, "usps")


def test_more_digits_than_there_can_be_are_not_read_to_the_end():
    with pytest.raises(InputError, match="holds more than 7291 digits"):
        parse_libsvm(b"1 1:1\n" * 7292, "usps")


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=300))
def test_whatever_the_bytes_it_is_digits_or_one_sentence(noise):
    for parse in (parse_esl, parse_libsvm):
        sentence = ""
        try:
            images, labels = parse(noise, "it")
            assert len(images) == len(labels) > 0
        except InputError as problem:
            sentence = str(problem)
        assert sentence == "" or sentence.endswith("get the file anew.")
        assert "\n" not in sentence
