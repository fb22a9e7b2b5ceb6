"""Tajik, after Unicode CLDR: «31 январ 2017», where Django writes the Russian «31 январ 2017 г.».

CLDR writes the day with two digits; in running text we write 1 and not 01, as in the other languages.
"""

DATE_FORMAT = "j E Y"
DATETIME_FORMAT = "j E Y, H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j E"
SHORT_DATETIME_FORMAT = "d.m.Y, H:i"
