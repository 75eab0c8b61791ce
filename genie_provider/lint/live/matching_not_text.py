"""Entity matching on a column that holds no text.

Matching compares words of a question with the column's values ("Build a knowledge store"); numbers and dates have none.
"""

ID = "matching-not-text"
LEVEL = "notice"
WHEN = "outside"
