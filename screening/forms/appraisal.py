"""Forms that are made from an instrument: what comes before, and one domain."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from reviews import targets
from reviews.instruments import definition, words
from reviews.instruments.asking import asked
from reviews.instruments.conditions import Answer
from reviews.instruments.definition import Domain, Question
from reviews.instruments.phrasing import askable, only_if
from reviews.instruments.sheets import Sheet
from reviews.models import Instrument, Study


class TargetForm(forms.Form):
    """What is appraised, and the options that are fixed with it."""

    def __init__(
        self,
        *args: Any,
        study: Study,
        instrument: Instrument,
        form: definition.Instrument,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        unit = instrument.unit
        if unit == targets.Unit.REPORT:
            self.fields["report"] = forms.ModelChoiceField(
                study.reports.order_by("pk"), required=False
            )
        if unit in targets.OF_A_RESULT:
            for name, label in (
                ("outcome", "Outcome"),
                ("time_point", "Time point"),
                ("comparison", "Comparison"),
            ):
                self.fields[name] = forms.CharField(
                    label=label, required=False, max_length=500
                )
        for each in targets.choices_before(form, study.design):
            kind = forms.MultipleChoiceField if each.multiple else forms.ChoiceField
            self.fields[f"option_{each.id}"] = kind(
                label=each.label,
                choices=each.pairs(),
                required=False,
                initial=list(each.default) if each.multiple else "".join(each.default),
                widget=forms.CheckboxSelectMultiple
                if each.multiple
                else forms.RadioSelect,
            )

    def chosen(self) -> dict[str, Any]:
        """Return what was filled in, as `targets.create` takes it."""
        given = dict(self.cleaned_data)
        options: list[str] = []
        for name in [name for name in given if name.startswith("option_")]:
            value = given.pop(name)
            options += [value] if isinstance(value, str) else value
        return {**given, "options": [code for code in options if code]}

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Show what the rule found, at the field where there is one."""
        for name, problem in problems.items():
            self.add_error(name if name in self.fields else None, problem)


@dataclass(frozen=True)
class QuestionRow:
    """One question of a domain's form, as the page shows it."""

    question: Question
    field: BoundField
    only_if: str


class DomainForm(forms.Form):
    """The questions of one domain, its judgment, and the words behind it.

    Whether all that is asked is answered is the rules' to say, so nothing is required
    here: what is not asked may stand and is ignored.
    """

    support = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )
    departure = forms.CharField(
        label="Why the judgment departs from the rules",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        strip=True,
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        domain: Domain,
        options: frozenset[str],
        sheet: Sheet | None = None,
        support_label: str = "Support for the judgment",
    ) -> None:
        super().__init__(data, prefix=domain.id)
        self.domain = domain
        self.options = options
        self.sheet = sheet or Sheet()
        self.initial["token"] = uuid.uuid4()
        self.initial["support"] = self.sheet.support
        self.initial["departure"] = self.sheet.departure
        self.questions = askable(domain, options)
        for question in self.questions:
            name = f"question_{question.id}"
            kind = forms.MultipleChoiceField if question.multiple else forms.ChoiceField
            self.fields[name] = kind(
                label=f"{question.number} {question.text}",
                choices=question.pairs(),
                required=False,
                widget=forms.CheckboxSelectMultiple
                if question.multiple
                else forms.RadioSelect,
            )
            self.initial[name] = self.sheet.answers.get(question.id)
        if domain.is_judged:
            self.fields["judgment"] = forms.ChoiceField(
                choices=domain.pairs(), required=False, widget=forms.RadioSelect
            )
            self.initial["judgment"] = self.sheet.judgment
        else:
            del self.fields["departure"]
        self.fields["support"].label = support_label
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = (
                "form-check-input" if is_choice else "form-control"
            )

    def written(self) -> Sheet:
        """Return what stands in the form: what was sent, else what was kept."""
        if not self.is_bound:
            return self.sheet
        self.is_valid()
        given = self.cleaned_data
        answers: dict[str, Answer] = {}
        for question in self.questions:
            value = given.get(f"question_{question.id}")
            if value:
                answers[question.id] = value
        return Sheet(
            answers,
            given.get("judgment", ""),
            given.get("support", ""),
            given.get("departure", ""),
        )

    def rows(self) -> list[QuestionRow]:
        """Return the questions that may be asked, with when each is."""
        return [
            QuestionRow(
                question=question,
                field=self[f"question_{question.id}"],
                only_if=only_if(self.domain, question, self.options),
            )
            for question in self.questions
        ]

    def asked(self) -> tuple[Question, ...]:
        """Return the questions whose condition holds now."""
        return asked(self.domain, self.written().answers, self.options)

    def unasked(self) -> list[str]:
        """Return the ids of the questions whose condition does not hold now."""
        now = {question.id for question in self.asked()}
        return [each.id for each in self.questions if each.id not in now]

    def add_problems(self, problems: Mapping[str, str]) -> None:
        """Show what the rules found, at the field where there is one."""
        for name, problem in problems.items():
            self.add_error(name if name in self.fields else None, problem)


def option_words(form: definition.Instrument, options: frozenset[str]) -> list[str]:
    """Return the options of an appraisal in words."""
    labels = {
        option.code: option.label
        for each in form.preliminaries
        for option in each.options
    }
    return [labels.get(code, words.label(code)) for code in sorted(options)]
