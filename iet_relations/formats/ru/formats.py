"""Russian: two digits for the hour, a comma between date and time, and the day with its month in the genitive.

The space before “г.” does not break: the word for the year never stands alone at the start of a line.
"""

DATE_FORMAT = "j E Y\xa0г."
DATETIME_FORMAT = "j E Y\xa0г., H:i"
YEAR_MONTH_FORMAT = "F Y\xa0г."
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j E"
SHORT_DATETIME_FORMAT = "d.m.Y, H:i"
