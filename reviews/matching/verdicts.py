"""Decide from the evidence whether two records are one report.

The rules stand in the order in which they are asked. What an identifier or the
place in a journal proves is the same; what only looks alike is for a person.
"""

from reviews.matching.evidence import AGREE, CONFLICT, UNKNOWN, Evidence, Verdict
from reviews.matching.same_titles import elsewhere, placed, same_issue, same_title

SAME, CHECK = Verdict.SAME, Verdict.CHECK
RELATED, DIFFERENT = Verdict.RELATED, Verdict.DIFFERENT


def verdict(seen: Evidence) -> Verdict:
    """Return what the fields of a pair say together."""
    if not seen.markers:
        # An erratum, a reply or a protocol is a report of its own.
        alike = seen.near or _same_pages(seen)
        return CHECK if alike and _in_one_place(seen) else DIFFERENT
    if seen.register or seen.registration is not UNKNOWN:
        return _registered(seen)
    if seen.pmid is AGREE or seen.doi is AGREE:
        return _with_identifier(seen)
    if seen.near and not placed(seen) and _two_reports(seen):
        return RELATED if _one_study(seen) else DIFFERENT
    if seen.near:
        found = _near(seen)
        # One article rarely has two identifiers; a person looks.
        return CHECK if found is SAME and seen.pmid is CONFLICT else found
    return _other_title(seen)


def _registered(seen: Evidence) -> Verdict:
    """Judge registrations of trials: the number alone tells them apart."""
    if not seen.register:
        return SAME if seen.registration is AGREE else DIFFERENT
    alike = seen.near and seen.long and not seen.generic and not seen.opposed
    return RELATED if alike and seen.numbers is not CONFLICT else DIFFERENT


def _in_one_place(seen: Evidence) -> bool:
    """Tell whether an identifier or all pages agree: a marker may be a slip."""
    filled = seen.last_page is AGREE and seen.pages_spanned > 1
    if seen.pages is CONFLICT:
        return seen.pmid is AGREE
    return AGREE in (seen.pmid, seen.doi) or (filled and placed(seen))


def _two_reports(seen: Evidence) -> bool:
    """Tell whether one is a preprint or a meeting's abstract and the other is not."""
    at_once = seen.year is AGREE and seen.volume is AGREE and seen.journal is AGREE
    abstract = seen.supplement and elsewhere(seen) and not at_once
    return seen.preprint or seen.venue or abstract


def _one_study(seen: Evidence) -> bool:
    """Tell whether a preprint or abstract and an article report one study."""
    alike = seen.author is AGREE and not seen.generic and not seen.opposed
    return alike and seen.numbers is not CONFLICT and seen.years_apart <= 3


def _near(seen: Evidence) -> Verdict:
    if seen.generic:
        return _generic(seen)
    other_words = seen.opposed or seen.reworded
    if other_words and not (placed(seen) and seen.all_authors):
        # "In women" and "in men": two reports of one project.
        return DIFFERENT if elsewhere(seen) else CHECK
    return same_title(seen)


def _with_identifier(seen: Evidence) -> Verdict:
    """Judge a shared DOI or PMID: abstracts of one supplement may share a DOI."""
    if seen.pmid is CONFLICT or (seen.doi is CONFLICT and seen.pmid is not AGREE):
        return CHECK
    if seen.numbers is CONFLICT and seen.pages is CONFLICT:
        return DIFFERENT
    if seen.title == 0 and seen.pages is CONFLICT:
        return DIFFERENT if seen.author is CONFLICT else CHECK
    if seen.near or seen.title == 0:
        elsewhere = seen.pages is CONFLICT and seen.generic
        other_words = seen.opposed or seen.reworded or seen.numbers is CONFLICT
        sure = placed(seen) or AGREE in (seen.pmid, seen.abstract)
        other_words = other_words and not sure
        return CHECK if elsewhere or other_words else SAME
    if seen.pmid is AGREE:
        alike = seen.title >= 70 and seen.author is not CONFLICT
        return SAME if alike else CHECK
    if seen.title >= 70 and seen.author is not CONFLICT:
        return SAME if _one_of_its_doi(seen) else CHECK
    # A translated title keeps its authors and pages.
    alike = seen.author is AGREE and seen.pages is not CONFLICT
    return CHECK if alike and not (seen.one_page and seen.title < 60) else DIFFERENT


def _one_of_its_doi(seen: Evidence) -> bool:
    """Tell whether a title is alike enough for two of one DOI.

    The chapters of a book and the abstracts of a supplement may share it.
    """
    if seen.pages is CONFLICT or seen.numbers is CONFLICT:
        return False
    return placed(seen) or not (seen.opposed or seen.reworded)


def _generic(seen: Evidence) -> Verdict:
    """Judge a title that many records share: only its place tells them apart."""
    if seen.author is CONFLICT or seen.numbers is CONFLICT or seen.doi is CONFLICT:
        return DIFFERENT
    if seen.years_apart > 1 or seen.volume is CONFLICT:
        return DIFFERENT
    if seen.pages is CONFLICT:
        # "Introduction to the special issue on X" names its subject.
        return SAME if seen.long and same_issue(seen) else DIFFERENT
    if seen.issue is CONFLICT and seen.pages is not AGREE:
        return DIFFERENT
    placed = seen.pages is AGREE or seen.issue is AGREE
    if seen.title < 95 or seen.numbers is not AGREE:
        certain = seen.volume is AGREE and seen.last_page is AGREE
        return SAME if certain and seen.author is AGREE else CHECK
    known = seen.pages is AGREE or (seen.author is AGREE and seen.journal is AGREE)
    if seen.journal is not CONFLICT and seen.volume is AGREE and placed and known:
        return SAME
    if seen.pages is AGREE and seen.author is AGREE and seen.journal is AGREE:
        return SAME
    return CHECK if seen.author is AGREE and seen.year is AGREE else DIFFERENT


def _other_title(seen: Evidence) -> Verdict:
    """Judge two titles that differ: a slip, a translation, or another report."""
    conflicts = (seen.doi, seen.pmid, seen.journal, seen.volume, seen.pages)
    if CONFLICT in conflicts or seen.years_apart > 1 or seen.author is CONFLICT:
        return DIFFERENT
    if seen.foreign and seen.last_page is AGREE and seen.volume is AGREE:
        # A title in other letters says nothing.
        return CHECK if seen.pages is AGREE and seen.pages_spanned > 2 else DIFFERENT
    if seen.pages is AGREE and _same_pages(seen):
        return SAME
    if seen.numbers is CONFLICT:
        return DIFFERENT
    alike = seen.title >= 80 and not seen.generic
    if seen.pages is AGREE and seen.volume is AGREE:
        if alike and seen.author is AGREE:
            return SAME
        # Several abstracts of one group may stand on one page of a supplement.
        short = seen.one_page or seen.last_page is not AGREE
        return CHECK if seen.title >= (60 if short else 40) else DIFFERENT
    if not alike or seen.author is not AGREE or not seen.all_authors:
        return DIFFERENT
    in_journal = seen.journal is AGREE and seen.year is AGREE
    told = seen.last_page is AGREE or seen.abstract is AGREE or in_journal
    return CHECK if told and not seen.opposed else DIFFERENT


def _same_pages(seen: Evidence) -> bool:
    """Tell whether both fill the same pages, as a translated title does.

    One journal cannot print two articles on the same three pages. Abstracts share
    a page, and an issue may begin again on page 1.
    """
    filled = seen.last_page is AGREE and 3 <= seen.pages_spanned <= 60
    by_all = seen.author is AGREE and seen.all_authors and seen.year is AGREE
    if not (by_all and seen.journal is AGREE) or seen.supplement or seen.generic:
        return False
    if seen.issue is CONFLICT:
        return False
    if seen.part_of_title and seen.issue is not UNKNOWN and seen.volume is AGREE:
        return True
    return filled and (seen.volume is AGREE or seen.title >= 70 or seen.part_of_title)
