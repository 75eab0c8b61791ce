"""live: the pages of rules that are checked in the workspace: by `validate --live`, and before an `up` sends anything.

The look into the workspace is no business of this room: the findings are made by whoever looks.
"""
