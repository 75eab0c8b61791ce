"""doctor: what stands between a person and a working `pulumi up`, and how to mend it.

In: a stack. Out: findings, each as soon as it is there. What cannot be looked at is said to be not known. Nothing is
changed anywhere, and no warehouse is started.

    finding     what one look found
    setup       the engine, the project, the workspace
    files       the ways that files take into tables
"""

from .finding import Finding
from .setup import examine

__all__ = ["Finding", "examine"]
