"""formats: judgements for people, pull requests and machines. Each module has `render(judgements) -> str`.

Texts of the workspace are data here: escaped as the format needs it, and free of codes a terminal obeys.
"""
