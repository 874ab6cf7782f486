"""Dates as the office writes them: `23 November 2026 14.05`; typed as `15031990`, `15-3-1990` or picked."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H.i"
DATETIME_FORMAT = "j F Y H.i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d-m-Y"
SHORT_DATETIME_FORMAT = "d-m-Y H.i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d%m%Y", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y", "%d %B %Y"]
TIME_INPUT_FORMATS = ["%H.%M", "%H:%M", "%H%M"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%dT%H:%M", "%d-%m-%Y %H.%M", "%d-%m-%Y %H:%M"]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
