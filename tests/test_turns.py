"""Those who write to SQLite take turns, and nobody's turn is ever lost."""

import threading
import time
from unittest import skipUnless

from django.db import connection, connections, transaction
from django.test import SimpleTestCase, TransactionTestCase

from config.sqlite.turns import Turns
from reviews.models import User


class TurnsTests(SimpleTestCase):
    def test_come_to_whoever_waited_longest(self) -> None:
        turns, order = Turns(), []
        turns.take(timeout=1)

        def write(number: int) -> None:
            turns.take(timeout=10)
            order.append(number)
            turns.give_back()

        threads = []
        for number in range(8):
            thread = threading.Thread(target=write, args=[number])
            thread.start()
            threads.append(thread)
            while len(turns._waiting) <= number:
                time.sleep(0.001)
        turns.give_back()
        for thread in threads:
            thread.join()
        self.assertEqual(order, list(range(8)))
        self.assertTrue(turns.take(timeout=0))

    def test_who_waits_too_long_leaves_the_line(self) -> None:
        turns = Turns()
        turns.take(timeout=0)
        self.assertFalse(turns.take(timeout=0.01))
        turns.give_back()
        self.assertTrue(turns.take(timeout=0))


@skipUnless(connection.vendor == "sqlite", "SQLite's own turns")
class WritersTests(TransactionTestCase):
    def test_a_failed_transaction_gives_its_turn_back(self) -> None:
        with self.assertRaises(ValueError), transaction.atomic():
            raise ValueError
        self.assert_that_another_thread_writes()

    def test_a_closed_connection_gives_its_turn_back(self) -> None:
        with transaction.atomic():
            connection.close()
        self.assert_that_another_thread_writes()

    def assert_that_another_thread_writes(self) -> None:
        def write() -> None:
            try:
                with transaction.atomic():
                    User.objects.create_user("erin", "erin@example.org")
            finally:
                connections.close_all()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=20)
        self.assertTrue(User.objects.filter(username="erin").exists())
