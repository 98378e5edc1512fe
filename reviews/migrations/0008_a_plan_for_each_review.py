"""Each review that is there gets the plan that it screened by: the plain one."""

from django.db import migrations


def write_plans(apps, schema_editor):
    Review = apps.get_model("reviews", "Review")
    ScreeningPlan = apps.get_model("reviews", "ScreeningPlan")
    for review in Review.objects.filter(plan=None).order_by("pk"):
        ScreeningPlan.objects.create(review=review)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_screening_plan")]

    operations = [migrations.RunPython(write_plans, migrations.RunPython.noop)]
