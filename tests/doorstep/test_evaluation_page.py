"""The evaluation page: complete in itself, with pictures that are well-formed."""

import re
from collections import Counter
from xml.etree import ElementTree

from doorstep.evaluation_page import evaluation_page
from triage.evaluation import LabelledText, measure
from triage.meaning import Meaning, Scored
from triage.reliability import reliability

TEXTS = [LabelledText("words", frozenset({"work"}), None), LabelledText("words", frozenset(), None)]
MEANINGS = [Meaning(areas=(Scored("work", 0.9),)), Meaning(areas=(Scored("work", 0.2),))]


def test_the_page_has_a_picture_a_label_and_one_of_confusions() -> None:
    bins = {"work": reliability(TEXTS, MEANINGS, "work")}
    page = evaluation_page("A <title>", measure(TEXTS, MEANINGS), bins, Counter({("work", "money"): 3}))
    pictures = re.findall(r"<svg.*?</svg>", page)
    assert len(pictures) == 2
    for picture in pictures:
        ElementTree.fromstring(picture)  # noqa: S314, our own
    assert "A &lt;title&gt;" in page
    assert "http" not in page
    assert "<script" not in page
