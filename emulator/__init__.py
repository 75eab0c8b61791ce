"""emulator: a local workspace that only knows Genie.

It behaves as a Databricks workspace was seen to behave, warts included, and shares no code with the
provider: when the two disagree, one of them is wrong, and a test says which.
"""
