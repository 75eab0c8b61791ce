"""caching: a workspace for commands that look at a space more than once and write nothing."""

from __future__ import annotations

from genie_provider.client.api.principals import Grant
from genie_provider.client.api.spaces import RemoteSpace
from genie_provider.client.workspace import Workspace


class RememberingWorkspace(Workspace):
    """Each space, its rights and its tags are asked for once. What others change meanwhile goes unseen."""

    def get(self, space_id: str) -> RemoteSpace | None:
        return self._single_flight.get(("space", space_id), lambda: super(RememberingWorkspace, self).get(space_id))

    def permissions(self, space_id: str) -> list[Grant]:
        return self._single_flight.get(
            ("rights", space_id), lambda: super(RememberingWorkspace, self).permissions(space_id)
        )

    def tags(self, space_id: str) -> dict[str, str]:
        return self._single_flight.get(("tags", space_id), lambda: super(RememberingWorkspace, self).tags(space_id))
