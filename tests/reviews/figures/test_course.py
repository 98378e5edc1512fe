from xml.etree import ElementTree as ET

from django.test import SimpleTestCase

from reviews.figures import course
from reviews.figures.course import Point


class CourseTests(SimpleTestCase):
    def test_each_point_is_told_and_opens_what_it_counts(self) -> None:
        points = [Point("2026-W47", 0.5, 4, "/a/"), Point("2026-W48", 1, 2)]
        drawn = course.draw("Agreement", points, what="Agreement")
        ET.fromstring(drawn)
        self.assertIn("2026-W47: 50% of 4", drawn)
        self.assertIn('href="/a/"', drawn)

    def test_many_points_do_not_stand_on_each_other(self) -> None:
        points = [Point(f"W{at:02}", 0.9, 1) for at in range(40)]
        drawn = course.draw("Agreement", points, what="Agreement")
        self.assertIn(">W00<", drawn)
        self.assertNotIn(">W01<", drawn)

    def test_without_a_point_there_is_nothing_to_draw(self) -> None:
        with self.assertRaises(ValueError):
            course.draw("Agreement", [], what="Agreement")
