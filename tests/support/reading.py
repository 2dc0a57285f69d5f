"""Measures how hard a text is to read: Flesch-Kincaid grade, longest sentence, words that blame."""

import re
from collections.abc import Iterable
from functools import cache

import pyphen

HIGHEST_GRADE = 8.0
LONGEST_SENTENCE = 20
BANNED = re.compile(
    r"\b(fail(ed|ure|s|ing)?|refractory|non-?complian\w*|noncompliant|catastrophi\w*|complain\w*|suffer\w*|"
    r"claims? to|denies|drug-seeking|psychosomatic)\b",
    re.IGNORECASE,
)
# Names of medicines and methods stand on the label of a box or in a clinic's letter: a person knows them or
# does not. They are left out of the count, the plain words around them are not.
NAMES = frozenset(
    """acceptance acetaminophen acetylcysteine advil aleve alendronate alprazolam amitriptyline
    amputation antibiotics baclofen bier biofeedback botox buprenorphine calcitonin cannabis
    capsaicin carbamazepine causalgia celecoxib chiropractic clonazepam clonidine codeine cognitive
    behavioral cyclobenzaprine cymbalta defibrillator desensitization dextromethorphan diazepam dmso
    duloxetine epidural esketamine fentanyl gabapentin graded motor imagery hydrocodone ibuprofen
    ivig ketamine lidocaine lyrica meloxicam memantine methadone mindfulness morphine naltrexone
    naproxen neurontin nifedipine nortriptyline occupational oxycodone pamidronate prazosin
    prednisone pregabalin spravato stellate sympathectomy sympathetic tizanidine topiramate tramadol
    tylenol venlafaxine zoledronate birmingham auburn alabama""".split()
)

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_END = re.compile(r"(?<=[.!?:])\s+")


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


@cache
def syllables(word: str) -> int:
    """Count the places for a hyphen; at least one for each group of vowels, a last e left out."""
    hyphens = len(_dictionary().positions(word)) + 1
    groups = len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))) or 1
    return max(hyphens, groups)


def sentences(blocks: Iterable[str]) -> list[list[str]]:
    """Split blocks (a heading, a label, a paragraph) into sentences of words; a block ends a sentence."""
    split = (sentence for block in blocks for sentence in _END.split(block))
    return [words for words in (_WORD.findall(sentence) for sentence in split) if words]


def grade(blocks: Iterable[str]) -> float:
    """Give the Flesch-Kincaid grade, names of medicines left out."""
    plain = [[word for word in words if word.lower() not in NAMES] for words in sentences(blocks)]
    plain = [words for words in plain if words]
    words = [word for sentence in plain for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(plain) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def longest_sentence(blocks: Iterable[str]) -> list[str]:
    """Give the sentence with the most words."""
    return max(sentences(blocks), key=len, default=[])


def banned_words(blocks: Iterable[str]) -> list[str]:
    """List words that judge a person."""
    return [found.group() for block in blocks for found in BANNED.finditer(block)]
