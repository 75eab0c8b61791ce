"""genie: what spaces do, whichever family of calls asks for it.

In: a caller and what they ask for. Out: rows of the store, or an `ApiError` in the workspace's words. No request and
no response comes in here, so that a second family of calls over the same spaces needs handlers only.
"""
