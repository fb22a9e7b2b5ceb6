"""Import of files: reading, mapping of headings, a plan of every row, and applying it as one batch.

``reading`` makes rows of a file, ``mapping`` finds out which heading is which column, ``kinds`` knows the columns of
each kind of record, ``planning`` decides what becomes of every row without saving anything, ``applying`` writes the
plan as one batch, ``undoing`` takes it back.
"""
