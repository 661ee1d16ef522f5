"""Send the tests to the processes of pytest-xdist by groups of files."""

from collections.abc import Callable
from typing import Any

from xdist.scheduler import LoadScopeScheduling


class Groups(LoadScopeScheduling):
    """Run each group in one process. `group_of` names the group of a test file."""

    def __init__(self, config: Any, log: Any, group_of: Callable[[str], str]) -> None:
        super().__init__(config, log)
        self._group_of = group_of

    def _split_scope(self, nodeid: str) -> str:
        return self._group_of(nodeid.partition("::")[0])

    def _reschedule(self, node: Any) -> None:
        """Give a process groups until it has three tests; without any left, end it after those that it has.

        xdist 3.8 gives one group. That of a process that has crashed may be done, and the run would never end.
        """
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) <= 2:
            super()._reschedule(node)
