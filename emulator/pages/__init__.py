"""pages: the workspace's own UI, for people with a browser.

In: requests and forms. Out: HTML from `templates`, without scripts. Whoever looks is the default user. An edit is
carried out by `genie.ui_edits`; no rule about spaces is decided here.
"""

from .views import routes as ROUTES

__all__ = ["ROUTES"]
