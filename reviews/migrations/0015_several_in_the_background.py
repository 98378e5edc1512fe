"""Many records are decided, and taken back, in the background."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_years_are_indexed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("read_file", "Reading a file"),
                    ("take_in", "Taking in a file"),
                    ("take_out", "Taking out a file"),
                    ("take_back", "Taking a file in again"),
                    ("find_duplicates", "Finding duplicates"),
                    ("move_in_votes", "Moving in votes"),
                    ("stop_screening", "Stopping the screening"),
                    ("lift_stop", "Lifting a stop"),
                    ("set_aside_votes", "Setting votes aside"),
                    ("change_number", "Changing how many judge"),
                    ("decide_several", "Deciding several records"),
                    ("take_several_back", "Taking several decisions back"),
                    ("rank", "Learning the order of the records"),
                ],
                max_length=20,
            ),
        ),
    ]
