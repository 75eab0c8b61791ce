"""changes: what the commands report, history, restore and deploy do: a preview as a review, runs as records, versions
back into files.
"""
