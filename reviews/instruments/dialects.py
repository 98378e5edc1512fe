"""Bring the shapes that differ between tools to the one that the parser reads.

Each function takes a definition and gives it back with one difference removed. None
of them decides anything: what a tool proposes stays in its definition.
"""

from typing import Any

from reviews.instruments.reading import (
    InvalidInstrument,
    Json,
    flag,
    items,
    part,
    text,
    texts,
    values,
)
from reviews.instruments.words import label

STOP_PROMPT = (
    "A screening question was not met: consider whether this study can be "
    "appraised any further."
)
CONVERSION = "ahrq"
PARTIAL_IS_WEAK = "partial_is_weak"
CRITICAL = "critical_"
_GRADE_UP_LABELS = {"0": "no", "1": "up one level", "2": "up two levels"}


def common(definition: Json) -> Json:
    """Give the definition in the common shape, or raise InvalidInstrument."""
    for change in (
        _sections_by_design,
        _screening_prompts,
        _steps_as_domains,
        _items_as_domains,
        _shortcuts_as_rules,
        _concerns_as_domains,
        _settings_as_preliminaries,
        _amstar_settings,
    ):
        definition = change(definition)
    return definition


def _sections_by_design(definition: Json) -> Json:
    """MMAT 2018: screening questions first, then the sections that fit the design.

    A mixed methods study takes its own section, the qualitative one and one of the
    quantitative ones (Hong et al., 2018, doi 10.3233/EFI-180221).
    """
    if "screening" not in definition:
        return definition
    screening = {
        "id": "S",
        "name": "Screening questions",
        "screening": True,
        "stop_codes": ["N", "CT"],
        "questions": items(definition, "screening", "instrument"),
    }
    sections: list[Json] = []
    designs: list[str] = []
    quantitative: list[str] = []
    for domain in items(definition, "domains", "instrument"):
        own = texts(domain, "designs", "domain")
        code = f"section_{text(domain, 'id', 'domain')}"
        designs.extend(own)
        if "qualitative" in own:
            own = (*own, "mixed_methods")
        elif "mixed_methods" not in own:
            quantitative.append(code)
        chosen = [{"opt": each} for each in (*own, code)]
        sections.append({**domain, "use_when": {"any": chosen}})
    names = {
        f"section_{text(each, 'id', 'domain')}": text(each, "name", "domain")
        for each in sections
    }
    preliminaries: list[Json] = [
        {
            "id": "section",
            "label": "Sections to appraise",
            "options": list(names),
            "labels": names,
            "multiple": True,
            "min": 1,
            "ask_if": {"not": {"any": [{"opt": each} for each in designs]}},
        }
    ]
    if quantitative:
        preliminaries.append(
            {
                "id": "quantitative_section",
                "label": "Section for the quantitative part",
                "options": quantitative,
                "labels": names,
                "multiple": True,
                "min": 1,
                "ask_if": {"opt": "mixed_methods"},
            }
        )
    return {
        **definition,
        "domains": [screening, *sections],
        "preliminary": [
            *items(definition, "preliminary", "instrument"),
            *preliminaries,
        ],
    }


def _screening_prompts(definition: Json) -> Json:
    """CASP and MMAT: an unmet screening question asks whether to go on."""
    domains: list[Json] = []
    for domain in items(definition, "domains", "instrument"):
        if not flag(domain, "screening", "domain", default=False):
            domains.append(domain)
            continue
        stop = list(texts(domain, "stop_codes", "domain")) or ["N"]
        unmet = [
            {"q": text(question, "id", "question"), "in": stop}
            for question in items(domain, "questions", "domain")
        ]
        rule = {"when": {"any": unmet}, "then": None, "prompt": STOP_PROMPT}
        algorithm = {"type": "rules", "rules": [rule]}
        judgement = {"options": [], "algorithm": algorithm}
        domains.append({**domain, "judgement": judgement})
    return {**definition, "domains": domains}


def _steps_as_domains(definition: Json) -> Json:
    """GRADE: each reason to rate down or up is a domain whose responses are steps."""
    if "start" not in definition:
        return definition
    words = part(definition, "step_labels", "instrument")
    down = items(definition, "down", "instrument")
    up = items(definition, "up", "instrument")
    start = part(definition, "start", "instrument")
    return {
        **definition,
        "domains": [
            *(_step_domain(reason, words, "Rate down") for reason in down),
            *(_step_domain(reason, _GRADE_UP_LABELS, "Rate up") for reason in up),
        ],
        "preliminary": [
            *items(definition, "preliminary", "instrument"),
            {
                "id": "start",
                "options": list(texts(start, "options", "start")),
                "min": 1,
            },
        ],
    }


def _step_domain(reason: Json, words: Json, group: str) -> Json:
    where = f"{group.lower()}[{reason.get('id')}]"
    name = text(reason, "name", where)
    steps = values(reason, "steps", where)
    own = texts(reason, "labels", where)
    choices: list[dict[str, str]] = []
    for place, step in enumerate(steps):
        if isinstance(step, bool) or not isinstance(step, int):
            raise InvalidInstrument(f"{where}.steps must be whole numbers.")
        word = own[place] if place < len(own) else words.get(str(step), "")
        shown = f"{step:+d}" if step else "0"
        choices.append({"code": str(step), "label": f"{shown} {word}".strip()})
    question = {
        "id": text(reason, "id", where),
        "number": text(reason, "id", where),
        "text": name,
        "note": text(reason, "note", where, ""),
        "options": choices,
    }
    return {
        "id": text(reason, "id", where),
        "name": name,
        "short": name,
        "group": group,
        "questions": [question],
    }


def _items_as_domains(definition: Json) -> Json:
    """SYRCLE: each item is judged by itself, so each is a domain of one question.

    The tool advises against any summary of items (Hooijmans et al., 2014,
    doi 10.1186/1471-2288-14-43).
    """
    if "item_judgement" not in definition:
        return definition
    item_judgement = part(definition, "item_judgement", "instrument")
    algorithm = part(item_judgement, "algorithm", "item_judgement")
    judgements = items(definition, "judgements", "instrument")
    options = [text(each, "code", "judgement") for each in judgements]
    domains: list[Json] = []
    for domain in items(definition, "domains", "instrument"):
        group = text(domain, "name", "domain")
        for question in items(domain, "questions", "domain"):
            number = text(question, "number", "question")
            rules = [
                {
                    "id": f"{number}.{code}",
                    "when": {"q": text(question, "id", "question"), "in": [code]},
                    "then": level,
                }
                for code, level in part(algorithm, "map", "item_judgement").items()
            ]
            domains.append(
                {
                    "id": text(question, "id", "question"),
                    "name": f"{group} (item {number})",
                    "short": number,
                    "group": group,
                    "questions": [question],
                    "judgement": {
                        "options": options,
                        "algorithm": {"type": "rules", "rules": rules},
                    },
                }
            )
    return {**definition, "domains": domains}


def _shortcuts_as_rules(definition: Json) -> Json:
    """ROBINS-I: a domain judged by hand may still have a way to end early."""
    shortcuts = items(definition, "domain_shortcut", "instrument")
    if not shortcuts:
        return definition
    domains: list[Json] = []
    for domain in items(definition, "domains", "instrument"):
        rules = [
            {
                "id": f"{domain.get('id')}.shortcut",
                "when": shortcut.get("when"),
                "then": shortcut.get("then"),
            }
            for shortcut in shortcuts
            if shortcut.get("domain") == domain.get("id")
        ]
        if rules:
            judgement = part(domain, "judgement", "domain")
            algorithm = {"type": "rules", "rules": rules}
            domain = {**domain, "judgement": {**judgement, "algorithm": algorithm}}
        domains.append(domain)
    return {**definition, "domains": domains}


def _concerns_as_domains(definition: Json) -> Json:
    """QUADAS-2: a concern about applicability is judged like a domain of its own."""
    levels = {
        text(level, "code", "judgement"): text(level, "label", "judgement")
        for level in items(definition, "judgements", "instrument")
    }
    domains: list[Json] = []
    for domain in items(definition, "domains", "instrument"):
        domains.append(domain)
        concern = part(domain, "applicability", "domain")
        if not concern:
            continue
        own = text(domain, "id", "domain")
        key = f"{own}_applicability"
        codes = list(texts(concern, "options", "applicability"))
        question = {
            "id": key,
            "number": f"A{own.removeprefix('D')}",
            "text": text(concern, "text", "applicability"),
            "options": [
                {"code": each, "label": f"{levels.get(each, each)} concern"}
                for each in codes
            ],
        }
        rules = [{"when": {"q": key, "in": [each]}, "then": each} for each in codes]
        domains.append(
            {
                "id": key,
                "name": f"{text(domain, 'name', 'domain')}: applicability",
                "short": question["number"],
                "group": "Applicability",
                "is_applicability": True,
                "questions": [question],
                "judgement": {
                    "options": codes,
                    "algorithm": {"type": "rules", "rules": rules},
                },
            }
        )
    return {**definition, "domains": domains}


def _settings_as_preliminaries(definition: Json) -> Json:
    """Newcastle-Ottawa: settings of the review, and the conversion as a choice.

    A question that takes several answers gets a way to say that none applies, so
    that no star is an answer and not a gap.
    """
    overall = part(definition, "overall", "instrument")
    if part(overall, "algorithm", "overall").get("type") != "nos_ahrq":
        return definition
    conversion = {
        "id": "conversion",
        "label": "Overall rating",
        "options": [CONVERSION],
        "labels": {CONVERSION: "Convert the stars to good, fair or poor (AHRQ)"},
        "multiple": True,
        "min": 0,
    }
    settings = [
        {"id": each, "label": label(each), "type": "text"}
        for each in texts(definition, "settings", "instrument")
    ]
    domains = [
        {
            **domain,
            "questions": [
                _with_none(question)
                for question in items(domain, "questions", "domain")
            ],
        }
        for domain in items(definition, "domains", "instrument")
    ]
    return {
        **definition,
        "domains": domains,
        "overall": {**overall, "use_when": {"opt": CONVERSION}},
        "preliminary": [
            *items(definition, "preliminary", "instrument"),
            *settings,
            conversion,
        ],
    }


def _with_none(question: Json) -> Json:
    options = items(question, "options", "question")
    if not question.get("multiple"):
        return question
    none: dict[str, Any] = {"code": "none", "label": "none of these", "star": False}
    return {**question, "options": [*options, none]}


def _amstar_settings(definition: Json) -> Json:
    """AMSTAR 2: which items are critical, and what a partial yes counts as.

    A team may name other critical items beforehand (Shea et al., 2017,
    doi 10.1136/bmj.j4008).
    """
    if "critical_items" not in definition:
        return definition
    found: dict[str, str] = {}
    for domain in items(definition, "domains", "instrument"):
        for question in items(domain, "questions", "domain"):
            item = text(question, "group", "question", question.get("number"))
            found[f"{CRITICAL}{item}"] = f"Item {item}"
    default = texts(definition, "critical_items", "instrument")
    preliminaries: list[Json] = [
        {
            "id": "critical_items",
            "label": "Critical items",
            "options": list(found),
            "labels": found,
            "multiple": True,
            "default": [f"{CRITICAL}{item}" for item in default],
            "min": 0,
        },
        {
            "id": "partial_yes",
            "label": "Partial yes",
            "options": [PARTIAL_IS_WEAK],
            "labels": {PARTIAL_IS_WEAK: "Count a partial yes as a weakness"},
            "multiple": True,
            "min": 0,
        },
    ]
    return {
        **definition,
        "preliminary": [
            *items(definition, "preliminary", "instrument"),
            *preliminaries,
        ],
    }
