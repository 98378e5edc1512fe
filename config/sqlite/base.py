"""Django's SQLite, with turns for those who write (docs/decisions/0009-turns.md)."""

from collections import defaultdict
from typing import Any

from django.db import Error
from django.db.backends.sqlite3 import base

from config.sqlite.turns import Turns

# One for each database of this process.
_TURNS: defaultdict[str, Turns] = defaultdict(Turns)


class DatabaseWrapper(base.DatabaseWrapper):
    """Each transaction waits for its turn; a single statement asks SQLite alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except Error:
            self._give_back_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self._give_back_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_back_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._give_back_turn()

    def _take_turn(self) -> None:
        # Not within its time: then SQLite says what is to be said.
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        if not self._has_turn:
            self._has_turn = self._turns.take(timeout=seconds)

    def _give_back_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turns.give_back()

    @property
    def _turns(self) -> Turns:
        return _TURNS[str(self.settings_dict["NAME"])]
