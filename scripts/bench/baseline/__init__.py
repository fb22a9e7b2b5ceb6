"""The same records as Django's tutorials show them, with django-filter and the stock admin: what we compare with.

Written as somebody who knows Django writes it the first time: related records are selected, counts are annotations,
lists are paginated. Nothing is slowed down on purpose, nothing is tuned either; no middleware but Django's own.
"""
