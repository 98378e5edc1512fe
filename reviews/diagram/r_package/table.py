"""The CSV of the R package PRISMA2020, row by row.

Its rows and columns are those of version 1.1.4 (Haddaway NR, et al. Campbell Syst Rev
2022;18:e1230).
"""

from dataclasses import dataclass

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
# What is written for what is not there.
NOTHING = "NA"


@dataclass(frozen=True)
class Row:
    """A row of the file: its name, box and node, and the label that it prints."""

    data: str
    node: str
    box: str
    label: str
    # The count of the form, where it is called otherwise.
    count: str = ""

    @property
    def is_title(self) -> bool:
        return not self.data


# In the order of the package's own template.
ROWS = (
    Row("", "node4", "prevstud", "hdr_previous"),
    Row("previous_studies", "node5", "box1", "previous_studies"),
    Row("previous_reports", NOTHING, "box1", "previous_reports"),
    Row("", "node6", "newstud", "hdr_dbr"),
    Row("database_results", "node7", "box2", "database_results"),
    Row("database_specific_results", NOTHING, "box2", "", "database_specific"),
    Row("register_results", NOTHING, "box2", "register_results"),
    Row("register_specific_results", NOTHING, "box2", "", "register_specific"),
    Row("", "node16", "othstud", "hdr_other"),
    Row("website_results", "node17", "box11", "website_results"),
    Row("organisation_results", NOTHING, "box11", "organisation_results"),
    Row("citations_results", NOTHING, "box11", "citations_results"),
    Row("duplicates", "node8", "box3", "duplicates"),
    Row("excluded_automatic", NOTHING, "box3", "excluded_automatic"),
    Row("excluded_other", NOTHING, "box3", "excluded_other"),
    Row("records_screened", "node9", "box4", "records_screened"),
    Row("records_excluded", "node10", "box5", "records_excluded"),
    Row("dbr_sought_reports", "node11", "box6", "dbr_sought_reports"),
    Row("dbr_notretrieved_reports", "node12", "box7", "dbr_notretrieved_reports"),
    Row("other_sought_reports", "node18", "box12", "other_sought_reports"),
    Row("other_notretrieved_reports", "node19", "box13", "other_notretrieved_reports"),
    Row("dbr_assessed", "node13", "box8", "dbr_assessed"),
    Row("dbr_excluded", "node14", "box9", "dbr_excluded"),
    Row("other_assessed", "node20", "box14", "other_assessed"),
    Row("other_excluded", "node21", "box15", "other_excluded"),
    Row("new_studies", "node15", "box10", "new_studies"),
    Row("new_reports", NOTHING, "box10", "new_reports"),
    Row("total_studies", "node22", "box16", "total_studies"),
    Row("total_reports", NOTHING, "box16", "total_reports"),
    Row("identification", "node1", "identification", "identification"),
    Row("screening", "node2", "screening", "screening"),
    Row("included", "node3", "included", "included"),
    Row("total_studies_ma", "node23", "box17", "total_studies_ma"),
    Row("total_reports_ma", NOTHING, "box17", "total_reports_ma"),
)
LISTS = frozenset(
    {"database_specific", "register_specific", "dbr_excluded", "other_excluded"}
)
BARS = frozenset({"identification", "screening", "included"})
