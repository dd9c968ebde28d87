"""Links that prove who presses them, consent that proves what was said.

Pure functions over bytes, dates and words: no database, no clock, no secret of
their own.
"""
