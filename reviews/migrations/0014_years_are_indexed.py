"""The years of records are indexed: they stand behind the abstracts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0013_three_reviewers")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("in_review", True)),
                fields=["review", "year"],
                name="record_years",
            ),
        )
    ]
