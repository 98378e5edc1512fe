"""Synthetic records of realistic length, the same for the same seed.

    scripts/synthetic.py --records 20000 --seed 7 > records.ris

Titles run to about 15 words and abstracts to about 230, as in MEDLINE; one record
in ten is a copy as another database would give it.
"""

import argparse
import random
import sys
from collections.abc import Iterator

WORDS = (
    "ketamine esketamine depression treatment resistant randomised controlled trial "
    "patients infusion intranasal placebo midazolam response remission suicidal "
    "ideation anxiety efficacy safety tolerability adults adolescents outcome baseline "
    "scale score week follow symptoms cognition imaging cortex connectivity receptor "
    "glutamate synaptic plasticity chronic stress model mice rats serum biomarker "
    "inflammation pain anaesthesia electroconvulsive therapy stimulation bipolar "
    "disorder unipolar severe moderate dose repeated single maintenance open label "
    "double blind crossover parallel cohort retrospective prospective analysis review "
    "systematic protocol hospital outpatient primary care women men older dissociation "
    "blood pressure adverse event mechanism rapid sustained antidepressant effect"
).split()
JOURNALS = (
    "J Affect Disord", "Am J Psychiatry", "Neuropsychopharmacology", "Biol Psychiatry",
    "JAMA Psychiatry", "Lancet Psychiatry", "Psychol Med", "J Clin Psychiatry",
)  # fmt: skip
FAMILIES = (
    "Brody Peters Vincenzo Fedgchin Siegel Phillips Takahashi Murrough Zarate Sanacora "
    "Berman Duman Krystal Newport Wilkinson McIntyre Popova Singh Daly Canuso Müller "
    "Sørensen García O'Brien Nguyễn Kowalski Öztürk Ito Chen Okafor"
).split()


def records(number: int, seed: int) -> Iterator[str]:
    """Yield RIS records."""
    chance = random.Random(seed)
    kept: list[tuple[str, list[str], int, str, int, int]] = []
    for index in range(number):
        if kept and chance.random() < 0.1:
            title, authors, year, journal, volume, page = chance.choice(kept)
            title = title.upper() if chance.random() < 0.2 else title
        else:
            title = words(chance, chance.randint(9, 20)).capitalize()
            authors = [
                f"{chance.choice(FAMILIES)}, {chance.choice('ABCDEFGHJKLMNPRST')}"
                for _ in range(chance.randint(1, 8))
            ]
            year, journal = chance.randint(1995, 2024), chance.choice(JOURNALS)
            volume, page = chance.randint(1, 400), chance.randint(1, 2000)
            kept.append((title, authors, year, journal, volume, page))
        yield ris(index, title, authors, year, journal, volume, page, chance)


def words(chance: random.Random, number: int) -> str:
    return " ".join(chance.choices(WORDS, k=number))


def ris(
    index: int,
    title: str,
    authors: list[str],
    year: int,
    journal: str,
    volume: int,
    page: int,
    chance: random.Random,
) -> str:
    abstract = ". ".join(
        words(chance, chance.randint(12, 28)).capitalize() for _ in range(12)
    )
    lines = [
        "TY  - JOUR",
        f"ID  - SYN-{index}",
        *(f"AU  - {author}" for author in authors),
        f"TI  - {title}",
        f"T2  - {journal}",
        f"PY  - {year}",
        f"VL  - {volume}",
        f"SP  - {page}",
        f"EP  - {page + 9}",
        f"AB  - {abstract}.",
        "ER  - ",
    ]
    return "\n".join(lines) + "\n\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    for record in records(asked.records, asked.seed):
        sys.stdout.write(record)


if __name__ == "__main__":
    main()
