"""Legal words are explained once, where they first stand."""

from pathlib import Path

import pytest

from triage.errors import ContentError
from triage.glossary import Glossary, read_glossary
from triage.pack import load_pack, packs_folder, packs_in

LAW = Glossary(
    {"lease": "rental agreement", "leases": "rental agreement", "court": "judges", "high court": "top judges"}
)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["A lease. The lease."], ["A lease (rental agreement). The lease."]),
        (["Lease first.", "The lease."], ["Lease (rental agreement) first.", "The lease."]),
        (["Two leases, one lease."], ["Two leases (rental agreement), one lease."]),
        (["A lease (paper) and a lease."], ["A lease (paper) and a lease."]),
        (["The High Court, a court."], ["The High Court (top judges), a court (judges)."]),
        (["Released leasehold; pre-lease."], ["Released leasehold; pre-lease."]),
        (["Ask (in the lease). A lease."], ["Ask (in the lease). A lease (rental agreement)."]),
        ([], []),
    ],
)
def test_a_word_is_explained_once_unless_the_author_does(texts: list[str], said: list[str]) -> None:
    assert LAW.explain(texts) == said


def test_a_pack_without_a_glossary_explains_nothing(tmp_path: Path) -> None:
    assert read_glossary(tmp_path / "glossary.yml").explain(["A lease."]) == ["A lease."]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("lease: rental agreement\n", r"glossary.yml:1: word 'lease' needs `name: …` pairs"),
        ("Lease: {means: rental agreement}\n", r"glossary.yml:1: .*small letters"),
        (
            "lease: {means: a}\nrent:\n  means: b\n  also: [lease]\n",
            r"glossary.yml:3: .*'lease' is there twice",
        ),
    ],
)
def test_a_mistake_names_the_word(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "glossary.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        read_glossary(path)


def test_every_word_of_every_glossary_is_used_in_a_card() -> None:
    for folder in packs_in(packs_folder()).values():
        pack = load_pack(folder)
        text = " ".join(line.text for card in pack.cards.values() for line in card.lines).casefold()
        used = {meaning for word, meaning in pack.glossary.meanings.items() if word in text}
        assert set(pack.glossary.meanings.values()) - used == set()
