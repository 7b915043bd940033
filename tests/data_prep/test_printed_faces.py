"""Which faces are tested on, and which digits of the pool that makes of each part."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep import InputError, printed
from data_prep.printed_faces import FACES, TEST_FACES, faces_of
from data_prep.printed_faces import test_faces as checked

NAMES = [face.name for face in FACES]
CHOICES = st.lists(st.sampled_from(NAMES), min_size=7, max_size=8, unique=True)


def pairs(part: printed.Part) -> Counter:
    """Count how often each class in each face is there."""
    return Counter(zip(part.labels.tolist(), part.faces.tolist(), strict=True))


def family_of(name: str) -> str:
    """Return a face's family; Helvetica Narrow is a Helvetica."""
    return FACES[NAMES.index(name)].family.removesuffix(" Narrow")


# ---- The faces --------------------------------------------------------------------------------


def test_there_are_as_many_faces_as_the_paper_has_fonts_each_with_a_name_and_a_licence():
    assert len(FACES) == len(set(NAMES)) == len({face.file for face in FACES}) == 35
    assert Counter("GUST" in face.licence for face in FACES) == {True: 33, False: 2}
    assert all("Hershey" in face.licence for face in FACES[33:])


def test_the_middle_one_of_every_five_is_tested_on():
    assert list(TEST_FACES) == [NAMES[first : first + 5][2] for first in range(0, 35, 5)]


def test_a_family_is_named_by_what_it_begins_with():
    for families, count in ((("Helvetica",), 8), (("Hershey", "ITC Zapf"), 3), (("Nobody",), 0)):
        found = faces_of(*families)
        assert len(found) == count
        assert all(FACES[NAMES.index(name)].family.startswith(families) for name in found)


def test_the_faces_of_a_part_are_those_of_its_digits():
    chosen = faces_of("Helvetica")
    found = printed.load(test_faces=chosen)
    assert tuple(face.name for face in found.faces_in("test")) == chosen
    assert set(found.faces_in("train")) == set(FACES) - set(found.faces_in("test"))
    assert set(found.faces_in("spare")) <= set(found.faces_in("train"))


def test_no_two_test_faces_are_of_one_family():
    assert len({family_of(name) for name in TEST_FACES}) == len(TEST_FACES) == 7


@given(CHOICES)
def test_a_choice_is_put_in_the_order_of_the_list(names):
    assert sorted(checked(names), key=NAMES.index) == list(checked(names))
    assert set(checked(names)) == set(names)
    assert checked(names) == checked(reversed(names))


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (
            [*NAMES[:6], "Comic"],
            r'^there is no printed face "Comic"; `lenet1989 printed` lists those there are\.$',
        ),
        ([*NAMES[:6], NAMES[0]], r"^6 different faces of 7 named; give seven or eight, each once"),
        ([*NAMES[:7], NAMES[0]], r"^7 different faces of 8 named; give seven or eight, each once"),
        (NAMES[:6], r"^6 different faces of 6 named; give seven or eight"),
        (NAMES[:9], r"^9 different faces of 9 named; give seven or eight"),
        ([], r"^0 different faces of 0 named; give seven or eight"),
    ],
)
@pytest.mark.parametrize("read", [checked, printed.plan, lambda names: printed.load(True, names)])
def test_a_choice_that_leaves_no_two_parts_is_refused_by_a_sentence(names, sentence, read):
    with pytest.raises(InputError, match=sentence) as refused:
        read(names)
    assert "\n" not in str(refused.value)


# ---- The parts --------------------------------------------------------------------------------


def test_no_face_is_both_learned_from_and_tested_on():
    """The law of the paper (NIPS 1989, p. 397), for the choice that recipes make by default."""
    parts = printed.plan()
    tested = {NAMES[face] for face in parts["test"].faces}
    assert tested == set(TEST_FACES)
    for name in ("train", "spare"):
        assert not tested & {NAMES[face] for face in parts[name].faces}
    assert {NAMES[face] for face in parts["train"].faces} == set(NAMES) - tested


@given(CHOICES)
def test_no_face_is_both_learned_from_and_tested_on_whichever_are_chosen(names):
    parts = printed.plan(names)
    assert {NAMES[face] for face in parts["test"].faces} == set(names)
    for name in ("train", "spare"):
        assert not set(names) & {NAMES[face] for face in parts[name].faces}
    assert {NAMES[face] for face in parts["train"].faces} == set(NAMES) - set(names)


@given(CHOICES)
def test_the_papers_numbers_whichever_are_chosen(names):
    parts = printed.plan(names)
    assert {name: len(part.labels) for name, part in parts.items()} == {
        "train": 2549,
        "spare": 100,
        "test": 700,
    }
    assert sum(printed.COUNTS.values()) == 3349


@given(CHOICES)
def test_no_digit_of_the_pool_is_there_twice(names):
    numbers = np.concatenate([part.numbers for part in printed.plan(names).values()])
    assert len(np.unique(numbers)) == len(numbers)
    assert 0 <= numbers.min() <= numbers.max() < printed.ROUND * printed.COPIES


@given(CHOICES)
def test_classes_and_faces_are_spread_as_evenly_as_they_can_be(names):
    parts = printed.plan(names)
    assert set(pairs(parts["train"]).values()) == {9, 10}
    assert len(pairs(parts["train"])) == 10 * (35 - len(names))
    assert sorted(np.bincount(parts["train"].labels).tolist()) == [254] + 9 * [255]
    assert np.bincount(parts["spare"].labels).tolist() == 10 * [10]
    assert max((pairs(parts["train"]) + pairs(parts["spare"])).values()) == 10
    assert np.bincount(parts["test"].labels).tolist() == 10 * [70]
    each = Counter(parts["test"].faces.tolist())
    if len(names) == 7:
        assert set(each.values()) == {100}
        assert set(pairs(parts["test"]).values()) == {10}
    else:
        assert Counter(each.values()) == {87: 4, 88: 4}
        assert set(pairs(parts["test"]).values()) == {8, 9}


@given(st.sets(st.integers(0, 34), min_size=1), st.integers(1, 700))
def test_however_many_are_taken_none_is_there_more_than_once_more(faces, count):
    part = printed.round_of(sorted(faces), 0, count)
    for counts, kinds in (
        (Counter(part.labels.tolist()), range(10)),
        (Counter(part.faces.tolist()), faces),
        (pairs(part), [(label, face) for label in range(10) for face in faces]),
    ):
        assert set(counts) <= set(kinds)
        assert max(counts[kind] for kind in kinds) - min(counts[kind] for kind in kinds) <= 1


@given(CHOICES)
def test_ten_digits_in_a_row_are_of_all_classes_and_of_many_faces(names):
    for part in printed.plan(names).values():
        in_a_row = np.lib.stride_tricks.sliding_window_view
        assert (np.sort(in_a_row(part.labels, 10)) == np.arange(10)).all()
        faces = np.sort(in_a_row(part.faces, 10))
        different = (np.diff(faces) > 0).sum(axis=1) + 1
        assert different.min() >= min(10, len(np.unique(part.faces))) - 1


# ---- One pool ---------------------------------------------------------------------------------


def copies(found: printed.Printed) -> dict[tuple[int, int], list[bytes]]:
    """Return the images of each face and class, in their order."""
    by_pair: dict[tuple[int, int], list[bytes]] = {}
    for digits, faces in (
        (found.train, found.train_faces),
        (found.spare, found.spare_faces),
        (found.test, found.test_faces),
    ):
        for image, label, face in zip(digits.images, digits.labels, faces, strict=True):
            by_pair.setdefault((int(face), int(label)), []).append(image.tobytes())
    return by_pair


@settings(max_examples=10, deadline=None)
@given(CHOICES)
def test_any_two_choices_draw_from_one_pool(names):
    """The n-th digit of a face and class is one image, in whichever part the face is."""
    of_default, of_another = copies(printed.load()), copies(printed.load(True, names))
    assert of_default.keys() == of_another.keys()
    for pair, images in of_default.items():
        both = min(len(images), len(of_another[pair]))
        assert both >= 8
        assert images[:both] == of_another[pair][:both]


def test_a_choice_is_the_same_in_any_order_of_its_names():
    one, other = printed.load(), printed.load(True, TEST_FACES[::-1])
    for part in ("train", "spare", "test"):
        np.testing.assert_array_equal(getattr(one, part).images, getattr(other, part).images)
        np.testing.assert_array_equal(getattr(one, part).labels, getattr(other, part).labels)
