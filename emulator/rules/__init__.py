"""rules: what the workspace refuses in a definition, and what it makes of one it accepts.

In: a `serialized_space`. Out: the definition as it is kept, or the first rule it breaks as an `ApiError`. Nothing is
stored here. Each rule says where it was seen; the provider has rules of its own and shares none of these.
"""
