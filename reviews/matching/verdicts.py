"""Decide from the evidence whether two records are one report.

The rules stand in the order in which they are asked. What an identifier or the
place in a journal proves is the same; what only looks alike is for a person.
"""

from reviews.matching.evidence import AGREE, CONFLICT, UNKNOWN, Evidence, Verdict

SAME, CHECK, DIFFERENT = Verdict.SAME, Verdict.CHECK, Verdict.DIFFERENT


def verdict(seen: Evidence) -> Verdict:
    """Return what the fields of a pair say together."""
    if not seen.markers:
        # An erratum, a reply or a protocol is a report of its own.
        return DIFFERENT
    if seen.pmid is AGREE or seen.doi is AGREE:
        return _with_identifier(seen)
    placed = seen.pages is AGREE and seen.journal is AGREE
    if seen.near and seen.preprint and not placed:
        # Related, but a preprint and its article are two reports.
        alike = seen.author is AGREE and seen.title >= 95
        return CHECK if alike and seen.numbers is AGREE else DIFFERENT
    if seen.near:
        found = _generic(seen) if seen.generic else _same_title(seen)
        # One article rarely has two identifiers; a person looks.
        return CHECK if found is SAME and seen.pmid is CONFLICT else found
    return _other_title(seen)


def _with_identifier(seen: Evidence) -> Verdict:
    """Judge a shared DOI or PMID: abstracts of one supplement may share a DOI."""
    if seen.pmid is CONFLICT or (seen.doi is CONFLICT and seen.pmid is not AGREE):
        return CHECK
    if seen.numbers is CONFLICT and seen.pages is CONFLICT:
        return DIFFERENT
    if seen.near or seen.title == 0:
        return SAME if seen.pages is not CONFLICT or not seen.generic else CHECK
    if seen.title >= 70 and seen.author is not CONFLICT:
        return SAME
    if seen.pmid is AGREE:
        return CHECK
    # A translated title keeps its authors and pages.
    alike = seen.author is AGREE and seen.pages is not CONFLICT
    return CHECK if alike and not (seen.one_page and seen.title < 60) else DIFFERENT


def _generic(seen: Evidence) -> Verdict:
    """Judge a title that many records share: only its place tells them apart."""
    if seen.title < 95 or seen.pages is CONFLICT or seen.author is CONFLICT:
        return DIFFERENT
    if seen.years_apart > 1 or seen.volume is CONFLICT or seen.numbers is not AGREE:
        return DIFFERENT
    if seen.doi is CONFLICT:
        return DIFFERENT
    if seen.issue is CONFLICT and seen.pages is not AGREE:
        return DIFFERENT
    placed = seen.pages is AGREE or seen.issue is AGREE
    if seen.journal is not CONFLICT and seen.volume is AGREE and placed:
        return SAME
    if seen.pages is AGREE and seen.author is AGREE and seen.journal is AGREE:
        return SAME
    return CHECK if seen.author is AGREE and seen.year is AGREE else DIFFERENT


def _same_title(seen: Evidence) -> Verdict:
    """Judge two records of the same or nearly the same title."""
    if seen.versions:
        return CHECK
    exact = seen.title == 100
    if seen.numbers is CONFLICT:
        slip = seen.pages is AGREE and seen.last_page is AGREE and seen.all_authors
        return CHECK if slip and seen.volume is not CONFLICT else DIFFERENT
    apart = seen.years_apart
    if seen.pages is AGREE and seen.volume is AGREE:
        return _same_place(seen)
    if seen.doi is CONFLICT:
        return _two_dois(seen)
    if apart > 1:
        # Annual series, updates, and the abstract long before the article.
        return DIFFERENT
    if seen.author is CONFLICT:
        elsewhere = CONFLICT in (seen.pages, seen.volume)
        return CHECK if exact and seen.year is AGREE and not elsewhere else DIFFERENT
    if seen.volume is CONFLICT and _slip_in_volume(seen):
        return SAME
    if seen.pages is not AGREE and seen.volume is CONFLICT:
        return CHECK if exact and seen.journal is AGREE and apart == 0 else DIFFERENT
    if seen.pages is CONFLICT:
        return _other_pages(seen)
    if seen.pages is AGREE or seen.volume is AGREE:
        elsewhere = seen.journal is CONFLICT and seen.abstract is not AGREE
        if elsewhere and seen.pages is not AGREE:
            return CHECK
        if seen.volume is CONFLICT:
            return CHECK
        by_all = seen.all_authors and seen.journal is AGREE
        whole = seen.numbers is AGREE and (seen.title >= 95 or by_all)
        return SAME if whole or seen.pages is AGREE else CHECK
    return _without_place(seen)


def _slip_in_volume(seen: Evidence) -> bool:
    """Tell whether all but the volume agrees."""
    placed = seen.pages is AGREE or (seen.issue is AGREE and seen.pages is UNKNOWN)
    alike = seen.title == 100 and seen.all_authors and seen.year is AGREE
    return alike and placed and seen.journal is AGREE


def _same_place(seen: Evidence) -> Verdict:
    """Judge the same title on the same page of the same volume."""
    if seen.years_apart > 1 and not (seen.author is AGREE and seen.journal is AGREE):
        return CHECK
    if seen.author is CONFLICT and seen.journal is CONFLICT:
        return CHECK
    return SAME


def _two_dois(seen: Evidence) -> Verdict:
    """Judge two DOIs: a publisher may change, a preprint or a version is another."""
    if seen.author is CONFLICT or seen.years_apart > 1 or seen.pages is CONFLICT:
        return DIFFERENT
    if seen.volume is CONFLICT:
        return DIFFERENT
    if seen.pages is AGREE and seen.journal is not CONFLICT:
        return SAME
    return CHECK if seen.author is AGREE else DIFFERENT


def _other_pages(seen: Evidence) -> Verdict:
    """Judge the same title on another page: early print, or another report."""
    early = seen.provisional and seen.same_length and seen.all_authors
    settled = (
        seen.author is AGREE
        and (seen.year is AGREE or early)
        and seen.journal is not CONFLICT
        and seen.title >= 95
    )
    if settled and seen.supplement:
        # Most likely the conference abstract of the article.
        return CHECK
    placed = seen.volume is AGREE and (seen.provisional or seen.all_authors)
    if settled and (placed or (early and seen.journal is AGREE)):
        return SAME
    return CHECK if settled else DIFFERENT


def _without_place(seen: Evidence) -> Verdict:
    """Judge the same title where neither pages nor volume can be compared."""
    if seen.author is not AGREE and seen.abstract is not AGREE:
        return CHECK if seen.title == 100 and seen.year is AGREE else DIFFERENT
    if seen.journal is CONFLICT and seen.abstract is not AGREE:
        return CHECK
    if seen.numbers is not AGREE or seen.title < 95:
        return CHECK
    if seen.year is CONFLICT and not (seen.journal is AGREE and seen.all_authors):
        return CHECK
    return SAME


def _other_title(seen: Evidence) -> Verdict:
    """Judge two titles that differ: a slip, a translation, or another report."""
    conflicts = (seen.doi, seen.pmid, seen.journal, seen.volume, seen.pages)
    if CONFLICT in conflicts or seen.numbers is CONFLICT or seen.years_apart > 1:
        return DIFFERENT
    if seen.author is CONFLICT:
        return DIFFERENT
    alike = seen.title >= 80 and not seen.generic
    if seen.pages is AGREE and seen.volume is AGREE:
        if alike and seen.author is AGREE:
            return SAME
        # Several abstracts of one group may stand on one page of a supplement.
        short = seen.one_page or seen.last_page is not AGREE
        return CHECK if seen.title >= (60 if short else 40) else DIFFERENT
    in_issue = seen.volume is AGREE and seen.issue is AGREE
    if alike and seen.all_authors and (seen.last_page is AGREE or in_issue):
        return CHECK
    return DIFFERENT
