"""control: the path by which tests and people set the scene, `/_control/…`.

In: JSON from this machine, without a token. Out: what was done. Nothing here behaves like Databricks: whatever
a caller of the API could see belongs to `handlers`, and faults and latency never touch these calls.
"""

from . import evaluations, principals, securables, spaces, switches, warehouses

_MODULES = (switches, securables, warehouses, principals, spaces, evaluations)

ROUTES = [route for module in _MODULES for route in module.routes]
