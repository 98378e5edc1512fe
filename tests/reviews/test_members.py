from django.test import TestCase

from reviews import access, members
from reviews.members import Part
from reviews.models import Event, Member, Role, Stage, User
from tests.cast import join
from tests.factories import create_staffed_review


class MembersTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def member(self, user: User) -> Member:
        return Member.objects.get(review=self.review, user=user)

    def test_a_person_is_found_by_user_name_or_address_in_any_case(self) -> None:
        for name in ("mallory", "Mallory", " mallory@EXAMPLE.org "):
            self.assertEqual(members.find_person(name), self.cast.mallory)

    def test_a_user_name_that_looks_like_an_address_finds_nobody(self) -> None:
        User.objects.create_user("eve@example.org", "other@example.org")
        with self.assertRaises(members.UnknownPerson):
            members.find_person("eve@example.org")

    def test_whoever_cannot_sign_in_is_not_found(self) -> None:
        User.objects.filter(pk=self.cast.mallory.pk).update(is_active=False)
        with self.assertRaises(members.UnknownPerson):
            members.find_person("mallory")

    def test_adds_a_person_with_parts_by_stage(self) -> None:
        members.add(
            self.review,
            self.cast.mallory,
            [Part(Role.REVIEWER, Stage.FULL_TEXT), Part(Role.VIEWER)],
            by=self.cast.alice,
        )
        review, mallory = self.review, self.cast.mallory
        self.assertTrue(
            access.has_role(review, mallory, Role.REVIEWER, stage=Stage.FULL_TEXT)
        )
        self.assertFalse(
            access.has_role(review, mallory, Role.REVIEWER, stage=Stage.EXTRACTION)
        )
        self.assertEqual(Event.objects.get().action, "member.added")

    def test_a_member_is_not_added_twice(self) -> None:
        with self.assertRaises(members.AlreadyMember):
            members.add(self.review, self.cast.bob, [], by=self.cast.alice)

    def test_whoever_left_finds_the_same_row_again(self) -> None:
        left = members.remove(self.member(self.cast.bob), by=self.cast.alice)
        self.assertFalse(access.is_member(self.review, self.cast.bob))
        back = members.add(self.review, self.cast.bob, [], by=self.cast.alice)
        self.assertEqual(back.pk, left.pk)
        self.assertEqual(members.parts_of(back), set())
        self.assertTrue(access.is_member(self.review, self.cast.bob))

    def test_the_last_owner_stays_an_owner(self) -> None:
        alice = self.member(self.cast.alice)
        with self.assertRaises(members.LastOwner):
            members.remove(alice, by=self.cast.alice)
        with self.assertRaises(members.LastOwner):
            members.change_parts(alice, [Part(Role.REVIEWER)], by=self.cast.alice)
        self.assertTrue(access.has_role(self.review, self.cast.alice, Role.OWNER))

    def test_an_owner_who_cannot_sign_in_does_not_count(self) -> None:
        join(self.review, self.cast.bob, Role.OWNER)
        User.objects.filter(pk=self.cast.bob.pk).update(is_active=False)
        with self.assertRaises(members.LastOwner):
            members.remove(self.member(self.cast.alice), by=self.cast.alice)

    def test_an_owner_may_leave_to_another(self) -> None:
        join(self.review, self.cast.bob, Role.OWNER)
        members.remove(self.member(self.cast.alice), by=self.cast.alice)
        self.assertFalse(access.is_member(self.review, self.cast.alice))

    def test_only_an_owner_changes_the_team(self) -> None:
        carol = self.member(self.cast.carol)
        with self.assertRaises(access.WrongRole):
            members.add(self.review, self.cast.mallory, [], by=self.cast.bob)
        with self.assertRaises(access.WrongRole):
            members.change_parts(carol, [], by=self.cast.bob)
        with self.assertRaises(access.WrongRole):
            members.remove(carol, by=self.cast.bob)

    def test_somebody_removed_a_moment_ago_is_not_changed(self) -> None:
        bob = self.member(self.cast.bob)
        members.remove(bob, by=self.cast.alice)
        with self.assertRaises(members.NoMember):
            members.remove(bob, by=self.cast.alice)

    def test_a_role_at_every_stage_leaves_out_the_single_ones(self) -> None:
        bob = members.change_parts(
            self.member(self.cast.bob),
            [Part(Role.REVIEWER), Part(Role.REVIEWER, Stage.FULL_TEXT)],
            by=self.cast.alice,
        )
        self.assertEqual(members.parts_of(bob), {Part(Role.REVIEWER)})

    def test_parts_are_told_in_words(self) -> None:
        self.assertEqual(members.told([]), "Viewer")
        self.assertEqual(
            members.told(
                [
                    Part(Role.ADJUDICATOR),
                    Part(Role.REVIEWER, Stage.FULL_TEXT),
                    Part(Role.OWNER),
                ]
            ),
            "Owner; Reviewer (Full texts); Adjudicator",
        )

    def test_reviewers_of_a_stage_are_those_of_all_stages_too(self) -> None:
        join(self.review, self.cast.vera, Role.REVIEWER, stage=Stage.EXTRACTION)
        self.assertEqual(members.reviewers(self.review, Stage.EXTRACTION).count(), 3)
        self.assertEqual(members.reviewers(self.review, Stage.FULL_TEXT).count(), 2)
