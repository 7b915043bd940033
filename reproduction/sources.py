"""The publications that this reproduction follows, cites or compares itself with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A publication. `pages` are those of the whole of it, empty if it has none of its own."""

    key: str
    authors: tuple[str, ...]
    title: str
    venue: str
    year: int
    pages: str = ""

    def __str__(self) -> str:
        where = f"{self.venue}, {self.pages}" if self.pages else self.venue
        return f"{', '.join(self.authors)} ({self.year}). {self.title}. {where}."


_BELL_LABS_SEVEN = (
    "Y. Le Cun",
    "B. Boser",
    "J. S. Denker",
    "D. Henderson",
    "R. E. Howard",
    "W. Hubbard",
    "L. D. Jackel",
)

SOURCES = {
    source.key: source
    for source in (
        Source(
            "lecun1989handwritten",
            _BELL_LABS_SEVEN,
            "Handwritten Digit Recognition with a Back-Propagation Network",
            "Advances in Neural Information Processing Systems 2 (meeting of 1989, printed 1990)",
            1989,
            "396-404",
        ),
        Source(
            "lecun1989backpropagation",
            ("Y. LeCun", *_BELL_LABS_SEVEN[1:]),
            "Backpropagation Applied to Handwritten Zip Code Recognition",
            "Neural Computation 1(4)",
            1989,
            "541-551",
        ),
        Source(
            "becker1989improving",
            ("S. Becker", "Y. Le Cun"),
            "Improving the Convergence of Back-Propagation Learning with Second-Order Methods",
            "Proceedings of the 1988 Connectionist Models Summer School",
            1989,
            "29-37",
        ),
        Source(
            "lecun1990optimal",
            ("Y. Le Cun", "J. S. Denker", "S. A. Solla"),
            "Optimal Brain Damage",
            "Advances in Neural Information Processing Systems 2",
            1990,
            "598-605",
        ),
        Source(
            "lecun1989generalization",
            ("Y. Le Cun",),
            "Generalization and Network Design Strategies",
            "Connectionism in Perspective",
            1989,
        ),
        Source(
            "baird1992document",
            ("H. S. Baird",),
            "Document Image Defect Models",
            "Structured Document Image Analysis",
            1992,
            "546-556",
        ),
        Source(
            "lecun1998gradient",
            ("Y. LeCun", "L. Bottou", "Y. Bengio", "P. Haffner"),
            "Gradient-Based Learning Applied to Document Recognition",
            "Proceedings of the IEEE 86(11)",
            1998,
            "2278-2324",
        ),
        Source(
            "lecun1998efficient",
            ("Y. LeCun", "L. Bottou", "G. B. Orr", "K.-R. Müller"),
            "Efficient BackProp",
            "Neural Networks: Tricks of the Trade, LNCS 1524",
            1998,
            "9-50",
        ),
        Source(
            "bromley1991neural",
            ("J. Bromley", "E. Säckinger"),
            "Neural-Network and k-Nearest-Neighbor Classifiers",
            "AT&T Bell Laboratories, technical report 11359-910819-16TM",
            1991,
        ),
        Source(
            "simard1993efficient",
            ("P. Simard", "Y. LeCun", "J. Denker"),
            "Efficient Pattern Recognition Using a New Transformation Distance",
            "Advances in Neural Information Processing Systems 5",
            1993,
            "50-58",
        ),
        Source(
            "schoelkopf1995extracting",
            ("B. Schölkopf", "C. Burges", "V. Vapnik"),
            "Extracting Support Data for a Given Task",
            "Proceedings of the First International Conference on Knowledge Discovery and Data "
            "Mining",
            1995,
            "252-257",
        ),
        Source(
            "simard2003best",
            ("P. Y. Simard", "D. Steinkraus", "J. C. Platt"),
            "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
            "Proceedings of the Seventh International Conference on Document Analysis and "
            "Recognition",
            2003,
        ),
        Source(
            "kingma2015adam",
            ("D. P. Kingma", "J. Ba"),
            "Adam: A Method for Stochastic Optimization",
            "Proceedings of the Third International Conference on Learning Representations",
            2015,
        ),
        Source(
            "karpathy2022deep",
            ("A. Karpathy",),
            "Deep Neural Nets: 33 Years Ago and 33 Years from Now",
            "Blog track of the Tenth International Conference on Learning Representations",
            2022,
        ),
    )
}
