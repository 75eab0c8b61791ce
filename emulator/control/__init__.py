"""control: the path by which tests and people set the scene, `/_control/…`.

In: JSON from this machine, without a token. Out: what was done. Nothing here behaves like Databricks: whatever
a caller of the API could see belongs to `handlers`, and faults and latency never touch these calls.
"""

from . import principals, securables, spaces, switches, warehouses

ROUTES = [*switches.routes, *securables.routes, *warehouses.routes, *principals.routes, *spaces.routes]
