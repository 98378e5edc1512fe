from typing import Any

from django import forms

from reviews import members
from reviews.members import Part
from reviews.models import Member, Role, Stage

EVERY_STAGE = "all"
STAGES = [(EVERY_STAGE, "At every stage"), *Stage.choices]


def stages_field(label: str, help_text: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=STAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class PartsForm(forms.Form):
    """The parts that a member has; with none ticked a viewer."""

    owner = forms.BooleanField(
        label="Owner",
        help_text="Changes the protocol, the team, the searches and the settings.",
        required=False,
    )
    reviewer = stages_field(
        "Reviewer", "Judges alone, without seeing what the other judged."
    )
    adjudicator = stages_field("Adjudicator", "Settles what two reviewers differ on.")

    def parts(self) -> set[Part]:
        """Return the parts that were ticked."""
        found = {Part(Role.OWNER)} if self.cleaned_data["owner"] else set()
        for role in members.BY_STAGE:
            for stage in self.cleaned_data[role.value]:
                found.add(Part(role, "" if stage == EVERY_STAGE else stage))
        return found


class MemberForm(PartsForm):
    name = forms.CharField(
        label="User name or e-mail address",
        help_text="Of somebody who has an account here.",
        max_length=254,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("name", "owner", "reviewer", "adjudicator")


def ticked(member: Member) -> dict[str, Any]:
    """Return what the form shows of the parts that a member has."""
    parts = members.parts_of(member)
    return {
        "owner": Part(Role.OWNER) in parts,
        **{
            role.value: [
                part.stage or EVERY_STAGE for part in parts if part.role == role
            ]
            for role in members.BY_STAGE
        },
    }
