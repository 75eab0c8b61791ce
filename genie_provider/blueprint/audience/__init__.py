"""audience: whether the people who may open a space may read what it shows them.

In: who may open each space, and its tables and functions. Out: an answer for each person or group and each thing, yes,
no or not known, and what to grant. What we may not look at is not known, never fine.

    membership    a principal → all names that grants to it go by: itself, its groups, their groups
    access        one principal, one space → an answer for each thing
    readers       who may open a space: the spec's permissions, and grants made by hand
    ahead         the same before an `up`: asked by the program, answered in the provider's process
    remedy        what is missing → GRANT statements, and lines of a blueprint

Never done here: nothing is granted.
"""
