"""The words about changes: what an `up` would do, what was done, and the way back."""
