"""patch: small changes to YAML and JSON files that leave everything else as it is, byte for byte.

    tree       a file's text → its values, each with the span it takes in the text
    style      how a file writes: indentation, dashes; new values in the same hand
    scalars    one text written anew, in the quotes or the block it had
    editor     set, insert and remove values by their path
    verify     the result read again
    files      the file's own line ends and byte-order mark

A round trip through a YAML library keeps comments, but not indentation, quotes, folded lines or
alignment; so only the spans of what changed are replaced, and the result is read again to see that
it says what was wanted.
"""

from .editor import Editor, NotPatched

__all__ = ["Editor", "NotPatched"]
