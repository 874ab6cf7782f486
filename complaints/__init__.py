"""The complaint book, the suggestion box, corrective action and the recap.

The room stands, empty, so that its walls are kept from the first day: it and `applications` do not know each other.
"""
