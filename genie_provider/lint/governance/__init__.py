"""governance: what a stack demands of its specs with `genie:naming` and `genie:policy`.

Nothing is demanded unless the stack says so.
"""
