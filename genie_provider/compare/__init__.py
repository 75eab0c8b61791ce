"""compare: what differs between two states of a space, entry by entry, and who made it so.

In: two sets of inputs and what the spec said at the last `up`. Out: changes, edits, merges. Never decides what is
done about them.
"""
