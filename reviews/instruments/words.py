"""Words for the codes that the definitions use without a label of their own."""

from collections.abc import Mapping
from types import MappingProxyType

DESIGNS: Mapping[str, str] = MappingProxyType(
    {
        "rct_parallel": "Randomised trial, parallel groups",
        "rct_cluster": "Randomised trial, clusters",
        "rct_crossover": "Randomised trial, crossover",
        "nonrandomised_intervention": "Non-randomised study of an intervention",
        "quasi_experimental": "Quasi-experimental study",
        "controlled_before_after": "Controlled before-and-after study",
        "before_after": "Before-and-after study",
        "cohort": "Cohort study",
        "case_control": "Case-control study",
        "cross_sectional": "Analytical cross-sectional study",
        "prevalence": "Prevalence study",
        "survey": "Survey",
        "case_series": "Case series",
        "case_report": "Case report",
        "diagnostic_accuracy": "Diagnostic accuracy study",
        "animal_intervention": "Animal intervention study",
        "qualitative": "Qualitative study",
        "mixed_methods": "Mixed methods study",
        "systematic_review": "Systematic review",
        "body_of_evidence": "Body of evidence",
    }
)
"""The study designs that instruments are chosen by, with their words."""

_LABELS = {
    "design": "Study design",
    "experimental": "Experimental intervention",
    "comparator": "Comparator",
    "outcome": "Outcome",
    "numerical_result": "Numerical result",
    "aim": "Effect of interest",
    "effect": "Effect of interest",
    "aim_assignment": "Effect of assignment to the intervention",
    "aim_adhering": "Effect of adhering to the intervention",
    "deviations_addressed": "Deviations to look at",
    "dev_nonprotocol": "Interventions outside the protocol",
    "dev_implementation": "Failures in carrying out the intervention",
    "dev_nonadherence": "Participants not keeping to their regimen",
    "sources": "Sources used",
    "article": "Journal article",
    "sap": "Statistical analysis plan",
    "registry": "Trial register entry",
    "company_registry": "Company register entry",
    "grey": "Grey literature",
    "abstract": "Conference abstract",
    "regulatory": "Regulatory document",
    "ethics": "Ethics application",
    "grant": "Grant record",
    "contact_trialist": "Contact with the trialists",
    "contact_sponsor": "Contact with the sponsor",
    "target_trial": "Target trial",
    "confounding_domains": "Confounding domains",
    "co_interventions": "Co-interventions",
    "na": "Not applicable",
    "favours_experimental": "Favours the experimental group",
    "favours_comparator": "Favours the comparator",
    "towards_null": "Towards no effect",
    "away_from_null": "Away from no effect",
    "start": "Starting level",
    "rct": "Randomised trials",
    "nrs": "Non-randomised studies",
    "nrs_robins_i": "Non-randomised studies appraised with ROBINS-I",
    "only_rct": "Only randomised trials included",
    "only_nrsi": "Only non-randomised studies included",
    "most_important_factor": "Most important factor to control for",
    "additional_factor": "Further factor to control for",
    "adequate_follow_up_length": "Length of follow-up that is enough",
    "acceptable_loss_percent": "Acceptable loss to follow-up (%)",
    "low_all": "Low in every domain",
    "at_risk": "At risk of bias",
    "seek_further_info": "Seek further information",
}


def label(code: str) -> str:
    """Give the words of a code, made from the code itself where none are known."""
    known = DESIGNS.get(code) or _LABELS.get(code)
    return known or code.replace("_", " ").capitalize()
