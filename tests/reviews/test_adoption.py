from django.test import TestCase

from reviews import adoption, protocol
from reviews.instruments import loading
from reviews.models import Amendment, Instrument
from tests.factories import create_record, create_staffed_review


class AdoptionTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def adopt(self, key: str = "rob2", because: str = "") -> Instrument:
        return adoption.adopt(self.review, key, because=because, by=self.cast.alice)

    def test_every_instrument_can_be_adopted(self) -> None:
        for form in loading.catalogue():
            self.adopt(form.key)
        self.assertEqual(
            self.review.instruments.in_force().count(), len(loading.catalogue())
        )
        self.assertTrue(all(adopted for _, adopted in adoption.offered(self.review)))

    def test_the_review_keeps_its_own_copy_for_the_designs_it_is_for(self) -> None:
        instrument = self.adopt()
        self.assertEqual(instrument.definition, loading.definition("rob2"))
        self.assertEqual(instrument.designs, ["rct_parallel"])
        self.assertEqual((instrument.unit, instrument.version), ("result", 1))

    def test_an_instrument_is_adopted_once(self) -> None:
        self.adopt()
        with self.assertRaises(adoption.AlreadyAdopted):
            self.adopt()

    def test_designs_are_chosen_among_those_known(self) -> None:
        instrument = adoption.change_designs(
            self.adopt(), ["rct_cluster", "rct_parallel"], by=self.cast.alice
        )
        self.assertEqual(instrument.designs, ["rct_parallel", "rct_cluster"])
        with self.assertRaises(adoption.UnknownDesign):
            adoption.change_designs(instrument, ["poem"], by=self.cast.alice)

    def test_with_records_every_change_is_an_amendment(self) -> None:
        create_record(review=self.review)
        with self.assertRaises(protocol.ReasonMissing):
            self.adopt()
        self.adopt(because="Trials turned up.")
        self.assertEqual(
            Amendment.objects.get().what,
            "Adopted RoB 2 for randomised trial, parallel groups",
        )

    def test_taken_out_and_adopted_again_it_is_the_same(self) -> None:
        first = self.adopt()
        adoption.retire(first, by=self.cast.alice)
        self.assertFalse(self.review.instruments.in_force().exists())
        self.assertEqual(self.adopt().pk, first.pk)

    def test_where_the_form_has_changed_it_is_a_new_version(self) -> None:
        first = self.adopt()
        adoption.retire(first, by=self.cast.alice)
        Instrument.objects.filter(pk=first.pk).update(definition={"key": "rob2"})
        second = self.adopt()
        self.assertEqual((second.version, second.pk == first.pk), (2, False))
