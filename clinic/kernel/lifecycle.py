"""A state machine as a table: (state, action) -> next state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from clinic.kernel.errors import Conflict

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


class Lifecycle(Generic[State, Action]):
    """Everything that may happen, and nothing else."""

    def __init__(self, table: Mapping[tuple[State, Action], State]) -> None:
        self.table = dict(table)

    def may(self, state: State, action: Action) -> bool:
        """Is the action permitted in this state?"""
        return (state, action) in self.table

    def next(self, state: State, action: Action) -> State:
        """The state that the action leads to.

        Raises:
            Conflict: the state does not permit the action.
        """
        if not self.may(state, action):
            step, now = action.value.replace("_", " "), state.value.replace("_", " ")
            raise Conflict(f"This cannot be done now ({step}), because its status is: {now}.")
        return self.table[state, action]

    def allows(self, state: State) -> tuple[Action, ...]:
        """The permitted actions, in the order of the table; buttons are made from these."""
        return tuple(action for (source, action) in self.table if source is state)

    def sources(self, action: Action) -> tuple[State, ...]:
        """The states in which the action is permitted; a compare-and-set update names them."""
        return tuple(source for (source, known) in self.table if known is action)
