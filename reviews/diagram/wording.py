"""The words of the PRISMA 2020 flow diagram: Page MJ, et al. BMJ 2021;372:n71."""

from collections.abc import Mapping

from reviews.diagram.filling import NOTES

CREDIT = (
    "After the PRISMA 2020 flow diagram: Page MJ, et al. BMJ 2021;372:n71. "
    "doi:10.1136/bmj.n71. Licence: CC BY 4.0."
)

LABELS: Mapping[str, str] = {
    "identification": "Identification",
    "screening": "Screening",
    "included": "Included",
    "hdr_previous": "Previous studies",
    "hdr_dbr": "Identification of studies via databases and registers",
    "hdr_other": "Identification of studies via other methods",
    "previous_studies": "Studies included in previous version of review",
    "previous_reports": "Reports of studies included in previous version of review",
    "identified": "Records identified from",
    "database_results": "Databases",
    "register_results": "Registers",
    "removed": "Records removed before screening",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "records_excluded_human": "by a human",
    "records_excluded_auto": "by automation tools",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "other_identified": "Records identified from",
    "website_results": "Websites",
    "organisation_results": "Organisations",
    "citations_results": "Citation searching",
    "other_sought_reports": "Reports sought for retrieval",
    "other_notretrieved_reports": "Reports not retrieved",
    "other_assessed": "Reports assessed for eligibility",
    "other_excluded": "Reports excluded",
    "new_studies": "Studies included in review",
    "new_reports": "Reports of included studies",
    "total_studies": "Total studies included in review",
    "total_reports": "Reports of total included studies",
    "total_studies_ma": "Total studies included in meta-analysis",
    "total_reports_ma": "Reports of total included studies in meta-analysis",
    "synthesis": "Studies in synthesis",
    **NOTES,
    "credit": CREDIT,
}

UPDATE_LABELS: Mapping[str, str] = {
    "hdr_dbr": "Identification of new studies via databases and registers",
    "hdr_other": "Identification of new studies via other methods",
    "new_studies": "New studies included in review",
    "new_reports": "Reports of new included studies",
}
