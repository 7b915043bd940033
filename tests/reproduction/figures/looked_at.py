"""What is read off a figure: its texts, its dots, its colours, and what no figure may have."""

from __future__ import annotations

import re

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

from reproduction import figures
from reproduction.figures import colours


def texts_of(figure):
    """Give the texts that a figure shows, each with its box in pixels."""
    figure.draw_without_rendering()
    found = list(figure.texts)
    for axes in figure.axes:
        found += axes.texts
        if axes.axison:
            found += [axes.xaxis.label, axes.yaxis.label, axes._left_title]
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
                found += [label for at, label in ticks if low <= at <= high]
    # of annotations the text alone, without its line
    return [(t.get_text(), Text.get_window_extent(t)) for t in found if t.get_text()]


def words_of(figure):
    return [text for text, _ in texts_of(figure)]


def said_by(figure):
    """Give title and subtitle, however they are broken into lines."""
    return " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def hidden_texts(figure, found):
    """Give texts that are clipped, and pairs of which one covers the other."""
    hidden = []
    width, height = figure.get_size_inches() * figure.dpi
    for number, (text, box) in enumerate(found):
        if min(box.x0, box.y0, width - box.x1, height - box.y1) < 0:
            hidden.append(text)
        for other_text, other in found[number + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            if across >= 1 and along >= 1:
                hidden.append((text, other_text))
    return hidden


def small_letters(figure, pixels=358, least=9):
    """Give texts that are smaller than so many pixels where the figure is so many wide."""
    scale = pixels / figure.get_figwidth() / 72
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    for axes in figure.axes:
        if axes.axison:
            texts += [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label]
    return [t.get_text() for t in texts if t.get_text() and t.get_fontsize() * scale < least]


def foreign_colours(figure):
    """Give the colours that are not the style's, nor mixed of them."""
    drawn = figures.picture(figure, letters="none").decode()
    found = set(re.findall(r"#[0-9a-f]{6}\b", drawn))
    return {colour for colour in found if not is_known(colour)}


def is_known(colour):
    try:
        return bool(colours.in_the_dark(colour))
    except KeyError:
        return False


def narrowed(figure):
    """Draw a figure anew for a telephone."""
    with figures.narrow():
        return figures.redrawn(figure)


def faults_of(figure):
    """Give what no figure may have, wide or narrow."""
    words = figures.description(figure)
    slim = narrowed(figure)
    texts, slim_texts = texts_of(figure), texts_of(slim)
    shown = (words, *(text for text, _ in (*texts, *slim_texts)))
    return [
        *(["no description"] if len(words) <= 40 else []),
        *(["another description"] if figures.description(slim) != words else []),
        *[text for text in shown if "nan" in text],
        *hidden_texts(figure, texts),
        *[("narrow", each) for each in hidden_texts(slim, slim_texts)],
        *small_letters(slim),
        *foreign_colours(figure),
        *foreign_colours(slim),
    ]


class EveryFigure:
    """The base of a module's tests of the figures in all its SITUATIONS."""

    in_every_situation = True

    def test_is_described_and_legible_wide_and_narrow(self, situation, drawn):
        """Try a situation."""
        assert not faults_of(drawn(situation))


def dots(axes, marker="o"):
    """Give where dots of a marker stand."""
    lines = [line for line in axes.lines if line.get_marker() == marker]
    return np.concatenate([np.zeros((0, 2)), *(line.get_xydata() for line in lines)])


def colour_of(artist):
    return to_hex(artist.get_color())


def linear(colour):
    shares = np.array(to_rgb(colour))
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return linear(colour) @ (0.2126, 0.7152, 0.0722)
