from django.db import models
from django.db.models import Q

from reviews.models.record import Record
from reviews.models.search import Import, ImportUndo


class AlreadyThere(models.Model):
    """A record of a file that its search held already, from another file.

    The record stays in the review as long as one of the files that hold it does.
    """

    source_import = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="already_there"
    )
    line = models.PositiveIntegerField()
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_import", "record"], name="already_there_once_in_a_file"
            )
        ]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.record_id}"


class TakenOut(models.Model):
    """A record while it is out of the review because a file was taken out."""

    undo = models.ForeignKey(
        ImportUndo, on_delete=models.CASCADE, related_name="records"
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    # Empty while it is out. It may come back later than its file, or with another.
    back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(back_at=None),
                name="record_taken_out_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} out"
