"""host_metadata: which workspace this is, for clients that ask before they sign in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..http.exchange import answer, workspace_of


async def configuration(request: Request) -> Response:
    """Databricks' SDK reads this at the first use of a host, and takes the workspace's id from it."""
    workspace = workspace_of(request)
    return answer(
        {
            "oidc_endpoint": f"{request.url.scheme}://{request.url.netloc}/oidc",
            "account_id": workspace.account_id,
            "workspace_id": workspace.workspace_id,
            "cloud": "AWS",
        }
    )


routes = [Route("/.well-known/databricks-config", configuration)]
