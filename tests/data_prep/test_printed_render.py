"""The way from outlines to scans: its laws on made outlines, and the committed digits again."""

import base64
import io
import platform
import sys
import tarfile

import numpy as np
import pytest

from data_prep import InputError, packages, printed, printed_outlines
from data_prep.printed_outlines import flattened, hershey_digits, penned
from data_prep.printed_render import (
    FINE,
    MARGIN,
    Setting,
    blurred,
    bounds,
    coverage,
    drawn,
    drawn_for_pool,
    normal,
    placed,
    render,
    scan,
    uniform,
)

STRAIGHT = Setting(
    size=40.0,
    x_scale=1.0,
    skew=0.0,
    shear=0.0,
    x_offset=0.0,
    y_offset=0.0,
    blur=0.5,
    threshold=0.5,
)


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=float)


def area(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def circle(radius: float, middle: float) -> np.ndarray:
    """Return a circle of four cubic curves, as fonts have them; within .03 % of a true one."""
    k = 0.5522847498 * radius
    r, path = radius, [("moveTo", ((radius, 0.0),))]
    path += [
        ("curveTo", ((r, k), (k, r), (0, r))),
        ("curveTo", ((-k, r), (-r, k), (-r, 0))),
        ("curveTo", ((-r, -k), (-k, -r), (0, -r))),
        ("curveTo", ((k, -r), (r, -k), (r, 0))),
        ("closePath", ()),
    ]
    return flattened(path)[0] + middle


# ---- Chance -----------------------------------------------------------------------------------


def test_normal_numbers_have_mean_0_and_variance_1_and_no_far_outliers():
    numbers = normal(np.random.PCG64(1).random_raw(1_000_000))
    assert abs(numbers.mean()) < 0.005
    assert numbers.std() == pytest.approx(1, abs=0.005)
    ends = normal(np.array([0, 2**64 - 1], dtype=np.uint64))
    np.testing.assert_allclose(ends, [-2 * 3**0.5, 2 * 3**0.5], rtol=1e-4)


def test_uniform_numbers_fill_0_to_1():
    ends = uniform(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends[0] == 0
    assert 1 - 1e-15 < ends[1] < 1


def test_settings_are_those_of_the_model():
    settings = [drawn(np.random.PCG64(seed)) for seed in range(3000)]
    columns = {
        name: np.array([getattr(setting, name) for setting in settings]) for name in vars(STRAIGHT)
    }
    assert columns["size"].mean() == pytest.approx(56, abs=0.4)
    assert columns["size"].std() == pytest.approx(5, abs=0.3)
    assert np.rad2deg(columns["skew"]).std() == pytest.approx(1.5, abs=0.1)
    assert columns["shear"].std() == pytest.approx(0.02, abs=0.001)
    limits = {
        "size": (42, 70),
        "x_scale": (0.98, 1.02),
        "x_offset": (0, 1),
        "y_offset": (0, 1),
        "blur": (0.5, 1),
        "threshold": (0.35, 0.62),
    }
    for name, (low, high) in limits.items():
        assert low <= columns[name].min() < low + 0.2 * (high - low)
        assert high >= columns[name].max() > high - 0.2 * (high - low)


def test_what_was_drawn_for_the_pool_is_what_its_scans_drew():
    pool = drawn_for_pool()
    assert {values.shape for values in pool.values()} == {(printed.ROUND * printed.COPIES,)}
    for number in (0, 1, 3499):
        setting = drawn(np.random.PCG64(printed.SEED * 10_000 + number))
        values = [values[number] for values in pool.values()]
        expected = [value for name, value in vars(setting).items() if name != "skew"]
        expected.insert(2, np.rad2deg(setting.skew))
        assert values == pytest.approx(expected)


# ---- Outlines ---------------------------------------------------------------------------------


def test_a_curve_in_chords_is_a_circle_to_a_thousandth():
    radii = np.sqrt((circle(100.0, 0.0) ** 2).sum(axis=1))
    assert np.abs(radii - 100).max() < 0.03


def test_a_step_that_outlines_cannot_have_is_refused():
    with pytest.raises(ValueError, match='no "qCurveTo"'):
        flattened([("moveTo", ((0, 0),)), ("qCurveTo", ((1, 1), (2, 0)))])


def test_the_pen_is_round_and_everything_turns_alike():
    line = penned([np.array([(0, 0), (30, 40)])])
    joint = np.sqrt((line[0] ** 2).sum(axis=1))
    np.testing.assert_allclose(joint, printed_outlines.PEN / 2)
    assert len(np.unique(line[0].round(9), axis=0)) == len(line[0]) == 16
    assert area(line[2]) == pytest.approx(50 * printed_outlines.PEN)
    assert all(area(polygon) > 0 for polygon in line)


def test_a_hershey_font_is_read_as_its_lines_say():
    lines = ['#{"define_cap_line": -12.0}'] + 16 * ["12345  1JZ"]
    lines += [f"12345  5H\\{chr(ord('R') + digit)}RRS RTRUR" for digit in range(10)]
    text = "\n".join(lines).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:bz2") as archive:
        member = tarfile.TarInfo("made")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    blob = base64.b64encode(packed.getvalue())
    source = b"class Fonts:\n    __compressed_fonts_base64 = B'''" + blob + b"'''\n    more = 1"
    digits = hershey_digits(source, "made")
    assert len(digits) == 10
    for digit, outline in enumerate(digits):
        expected = penned([np.array([(digit, 0), (0, 1)]), np.array([(2, 0), (3, 0)])])
        for polygon, other in zip(outline, expected, strict=True):
            np.testing.assert_array_equal(polygon, other)


# ---- Area -------------------------------------------------------------------------------------


def test_a_box_covers_what_it_covers():
    gray = coverage([box(4.25, 5.5, 9.0, 8.125)])
    assert gray.shape == (9 + MARGIN, 9 + MARGIN)
    expected = np.zeros_like(gray)
    expected[5:9, 4:9] = np.outer([0.5, 1, 1, 0.125], [0.75, 1, 1, 1, 1])
    np.testing.assert_array_equal(gray, expected)


def test_an_outline_may_turn_either_way():
    shape = [circle(9.3, 15.0)]
    turned = [polygon[::-1] for polygon in shape]
    np.testing.assert_array_equal(coverage(shape), coverage(turned))


def test_the_area_of_a_circle():
    assert coverage([circle(20.0, 25.0)]).sum() == pytest.approx(np.pi * 400, rel=2e-3)


def test_a_contour_that_turns_the_other_way_is_a_hole():
    ring = [circle(20.0, 25.0), circle(10.0, 25.0)[::-1]]
    assert coverage(ring).sum() == pytest.approx(np.pi * 300, rel=3e-3)
    assert coverage(ring)[25, 25] == 0


def test_what_is_drawn_twice_is_no_blacker():
    overlapping = [box(4, 4, 10, 10), box(7, 7, 13, 13)]
    assert coverage(overlapping).max() == 1
    assert coverage(overlapping).sum() == 36 + 36 - 9


# ---- Scanning ---------------------------------------------------------------------------------


def test_the_digit_gets_the_size_and_the_place_it_should():
    setting = Setting(**{**vars(STRAIGHT), "x_scale": 1.02, "x_offset": 0.25, "y_offset": 0.75})
    low, high = bounds(placed([box(-70, -3, 130, 397)], setting))
    np.testing.assert_allclose(low, (MARGIN + 0.25, MARGIN + 0.75))
    np.testing.assert_allclose(high - low, (200 / 10 * 1.02, 40))


def test_a_skew_keeps_lengths_and_angles():
    setting = Setting(**{**vars(STRAIGHT), "skew": np.deg2rad(4)})
    turned = placed([box(0, 0, 20, 40)], setting)[0]
    sides = np.diff(np.concatenate([turned, turned[:1]]), axis=0)
    np.testing.assert_allclose(np.sqrt((sides**2).sum(axis=1)), [20, 40, 20, 40])
    assert sides[0] @ sides[1] == pytest.approx(0, abs=1e-9)
    assert np.rad2deg(np.arctan2(sides[0][1], sides[0][0])) == pytest.approx(4, abs=0.01)


def test_a_shear_moves_rows_only():
    setting = Setting(**{**vars(STRAIGHT), "shear": 0.1})
    sheared = placed([box(0, 0, 20, 40)], setting)[0]
    np.testing.assert_allclose(sheared - sheared[0], [(0, 0), (20, 0), (24, 40), (4, 40)])


@pytest.mark.parametrize("blur", [0.5, 0.8, 1.0])
def test_the_blur_keeps_the_ink_and_has_its_variance_each_way(blur):
    point = np.zeros((15, 17))
    point[7, 8] = 1
    spread = blurred(point, blur)
    assert spread.shape == point.shape
    assert spread.min() >= 0
    assert spread.sum() == pytest.approx(1)
    for axis, middle in ((1, 7), (0, 8)):
        profile = spread.sum(axis=axis)
        assert profile @ (np.arange(len(profile)) - middle) ** 2 == pytest.approx(blur**2)


def made_digit() -> list[np.ndarray]:
    return [circle(30.0, 40.0) * (0.7, 1.0), circle(18.0, 40.0)[::-1] * (0.7, 1.0)]


def test_a_scan_depends_on_its_number_alone():
    first = scan(made_digit(), 7)
    np.testing.assert_array_equal(scan(made_digit(), 7), first)
    assert first.dtype == bool
    assert not np.array_equal(scan(made_digit(), 8), first)


def test_noise_makes_neither_specks_nor_pinholes():
    for number in range(50):
        page = scan([box(0, 0, 30, 40)], number)
        inside = page[3 * MARGIN : -3 * MARGIN, 3 * MARGIN : -3 * MARGIN]
        assert inside.all()
        assert not page[0].any()
        assert not page[-1].any()


def test_digits_can_be_rendered_one_by_one():
    glyphs = [[made_digit()] * 10] * 35
    together = render(glyphs, [3, 349, 350, 3499])
    assert together["deslanted"].shape == together["plain"].shape == (4, 16, 16)
    assert len(together["scan_shapes"]) == 2
    for place, number in enumerate([3, 349, 350, 3499]):
        alone = render(glyphs, [number])
        for name in ("deslanted", "plain"):
            np.testing.assert_array_equal(alone[name][0], together[name][place])
    assert FINE * 56 == 448


# ---- Getting the faces ------------------------------------------------------------------------


@pytest.fixture
def pip_alone(tmp_path, monkeypatch):
    """Let the real pip see nothing but a folder."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null" if sys.platform != "win32" else "nul")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))


def test_without_an_index_the_faces_cannot_be_had(pip_alone):
    with pytest.raises(InputError, match=r"^The faces cannot be had \(pip finds no font packages"):
        printed_outlines.outlines()


def test_another_wheel_is_refused(pip_alone, tmp_path):
    (tmp_path / "Hershey_Fonts-2.1.0-py2.py3-none-any.whl").write_bytes(b"another")
    with pytest.raises(InputError, match=r"what it has as font packages is not the pinned file"):
        printed_outlines.outlines()


def test_a_pip_that_hangs_is_stopped(pip_that, monkeypatch):
    monkeypatch.setattr(packages, "SECONDS", 0.5)
    pip_that("time.sleep(60)")
    with pytest.raises(InputError, match=r"pip had not finished after 0\.5 s"):
        printed_outlines.outlines()


@pytest.fixture(scope="module")
def glyphs():
    """Fetch the faces from the package index, by pip's own settings."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("the same bytes are promised on Linux x86-64 only")
    try:
        return printed_outlines.outlines()
    except InputError as problem:
        pytest.skip(str(problem))


def test_every_face_has_ten_different_digits(glyphs):
    assert len(glyphs) == len(printed.FACES)
    for digits in glyphs:
        assert len(digits) == 10
        pages = np.zeros((10, 64, 96))
        for page, digit in zip(pages, digits, strict=True):
            gray = coverage(placed(digit, STRAIGHT))
            page[: gray.shape[0], : gray.shape[1]] = gray
        apart = np.abs(pages[:, np.newaxis] - pages).sum(axis=(2, 3))  # pixels
        assert apart[~np.eye(10, dtype=bool)].min() > 40


def test_rendering_again_gives_the_same_bytes(glyphs):
    """All digits have seeds of their own, so that every nineteenth stands for all."""
    numbers = np.arange(0, 3500, 19)
    assert len(np.unique(numbers % 350 // 10)) == len(printed.FACES)
    assert len(np.unique(numbers // 350)) == len(np.unique(numbers % 10)) == 10
    again = render(glyphs, numbers.tolist())
    kept = printed.read(printed.FILE, ("deslanted", "plain"))
    for name in ("deslanted", "plain"):
        assert again[name].tobytes() == kept[name][numbers].tobytes()
    scans = [printed.scans()[number] for number in numbers[numbers < 350]]
    np.testing.assert_array_equal(again["scan_shapes"], [page.shape for page in scans])
    bits = np.concatenate([page.ravel() for page in scans])
    assert again["scans"].tobytes() == np.packbits(bits).tobytes()
