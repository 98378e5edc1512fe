"""Judge two records of one title by where and when they were printed.

A report may be printed early, late, or without its subtitle; another report of the
same title stands elsewhere: an abstract, a version, the next year of a series.
"""

from reviews.matching.evidence import AGREE, CONFLICT, UNKNOWN, Evidence, Verdict

SAME, CHECK, DIFFERENT = Verdict.SAME, Verdict.CHECK, Verdict.DIFFERENT


def same_title(seen: Evidence) -> Verdict:
    """Judge two records of the same or nearly the same title."""
    if seen.versions:
        return CHECK
    if seen.numbers is CONFLICT:
        slip = seen.pages is AGREE and seen.last_page is AGREE and seen.all_authors
        return CHECK if slip and seen.volume is not CONFLICT else DIFFERENT
    if seen.pages is AGREE and seen.volume is AGREE:
        return _same_place(seen)
    if seen.doi is CONFLICT:
        return _two_dois(seen)
    if seen.years_apart > 1:
        return _years_apart(seen)
    exact = seen.title == 100
    if seen.author is CONFLICT:
        same_time = exact and seen.year is AGREE
        return CHECK if same_time and not elsewhere(seen) else DIFFERENT
    if seen.volume is CONFLICT and _slip_in_volume(seen):
        return SAME
    if seen.long and _same_abstract(seen):
        return SAME
    if seen.pages is not AGREE and seen.volume is CONFLICT:
        same_time = exact and seen.year is AGREE
        return CHECK if same_time and seen.journal is AGREE else DIFFERENT
    if seen.pages is CONFLICT:
        return SAME if seen.long and same_issue(seen) else _other_pages(seen)
    if seen.pages is AGREE or seen.volume is AGREE:
        return _half_placed(seen)
    return _without_place(seen)


def _years_apart(seen: Evidence) -> Verdict:
    """Judge the same title years later: a series, an update, or a slow journal."""
    alike = seen.title == 100 and seen.all_authors and seen.journal is AGREE
    late = seen.years_apart <= 5 and not seen.series and not seen.meetings
    return CHECK if alike and late and not elsewhere(seen) else DIFFERENT


def _same_abstract(seen: Evidence) -> bool:
    """Tell whether authors, journal, year and abstract outweigh a wrong place."""
    wrong = sum(sign is CONFLICT for sign in (seen.volume, seen.issue, seen.pages))
    return (
        seen.abstract is AGREE
        and seen.all_authors
        and seen.author is AGREE
        and seen.journal is AGREE
        and seen.year is AGREE
        and seen.numbers is AGREE
        and not seen.companion
        and not seen.supplement
        and wrong < 2
    )


def _half_placed(seen: Evidence) -> Verdict:
    """Judge the same title where pages or volume agree and the other is unknown."""
    if seen.volume is CONFLICT or (seen.series and seen.issue is CONFLICT):
        return CHECK
    if seen.pages is AGREE:
        # A series may begin on the same page each year.
        again = seen.year is CONFLICT and (
            seen.series or seen.last_page is CONFLICT or not seen.long
        )
        return CHECK if again else SAME
    if seen.abstract_alone or seen.preceded:
        return CHECK
    if seen.journal is CONFLICT and seen.abstract is not AGREE:
        return CHECK
    if seen.issue is CONFLICT and (seen.short or not seen.all_authors):
        return CHECK
    by_all = seen.all_authors and seen.journal is AGREE
    whole = seen.numbers is AGREE and (seen.title >= 95 or by_all)
    return SAME if whole and not seen.companion else CHECK


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
    if seen.author is CONFLICT or seen.years_apart > 1:
        return DIFFERENT
    if seen.pages is AGREE and seen.journal is not CONFLICT:
        return CHECK if seen.volume is CONFLICT or seen.meetings else SAME
    if elsewhere(seen):
        # The same abstract twice: printed again, or taken for another by a database.
        alike = seen.title == 100 and seen.all_authors and seen.journal is AGREE
        return CHECK if alike and seen.abstract is AGREE else DIFFERENT
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
    whole = seen.title == 100 and seen.all_authors and not seen.series
    whole = whole and not seen.short
    placed = seen.volume is AGREE and (seen.provisional or whole)
    if placed and seen.issue is CONFLICT and not seen.provisional:
        placed = False
    if settled and (placed or (early and seen.journal is AGREE)):
        return SAME
    return CHECK if settled else DIFFERENT


def _without_place(seen: Evidence) -> Verdict:
    """Judge the same title where neither pages nor volume can be compared."""
    if seen.supplement:
        # An abstract in a supplement, or the article that came of it.
        return CHECK
    if seen.author is UNKNOWN and seen.abstract is not AGREE:
        known = seen.long and seen.title == 100 and seen.journal is AGREE
        if known and seen.year is AGREE and not seen.meetings and not seen.series:
            return SAME
        alike = seen.title == 100 and seen.year is not CONFLICT and not seen.series
        return CHECK if alike and (seen.long or seen.year is AGREE) else DIFFERENT
    if seen.journal is CONFLICT and seen.abstract is not AGREE:
        return CHECK
    by_all = seen.all_authors and seen.journal is AGREE
    if seen.year is CONFLICT and not (by_all and _printed_early(seen)):
        return SAME if _late_proceedings(seen) else CHECK
    if seen.numbers is not AGREE or seen.companion or seen.preceded:
        return CHECK
    if seen.title >= 95:
        return SAME if not seen.short or by_all or seen.abstract is AGREE else CHECK
    # A subtitle is missing: another report of the project would say what it adds.
    told = seen.abstract is AGREE or (seen.long and seen.year is AGREE)
    return SAME if by_all and told else CHECK


def _printed_early(seen: Evidence) -> bool:
    """Tell whether an article is meant that got its place in the next year.

    A short title in another year may be the next of a series.
    """
    if seen.series or seen.meetings:
        return False
    return seen.abstract is AGREE or (seen.long and seen.early)


def _late_proceedings(seen: Evidence) -> bool:
    """Tell whether a meeting's paper is indexed in the year after the meeting."""
    alike = seen.title == 100 and seen.long and seen.all_authors and not seen.series
    bare = UNKNOWN in (seen.pages, seen.doi) and seen.issue is UNKNOWN
    return alike and bare and seen.meetings and seen.journal is AGREE


def placed(seen: Evidence) -> bool:
    """Tell whether both stand on the same page of the same journal."""
    in_journal = seen.journal is AGREE or seen.volume is AGREE
    return seen.pages is AGREE and in_journal and seen.volume is not CONFLICT


def elsewhere(seen: Evidence) -> bool:
    """Tell whether pages or volume conflict."""
    return CONFLICT in (seen.pages, seen.volume)


def same_issue(seen: Evidence) -> bool:
    """Tell whether title, authors and issue all agree; pages are often e-numbers."""
    issue = seen.volume is AGREE and seen.issue is AGREE and seen.year is AGREE
    alike = seen.title == 100 and seen.all_authors and seen.author is AGREE
    return issue and alike and seen.journal is AGREE and not seen.supplement
