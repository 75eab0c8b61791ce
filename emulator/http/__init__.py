"""http: what lies between a connection and a handler.

In: ASGI requests. Out: requests that are logged, delayed, broken by a fault, limited and signed in, and the means to
read them and to answer. It knows tokens and callers, and nothing of what an API call does.
"""
