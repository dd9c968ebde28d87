"""Segments: what a definition says, and who would match it, without a database.

``tree.parse`` reads the stored JSON into conditions, ``normalise`` brings them into
one shape, ``plan`` says what answers them fastest, ``evaluate`` answers them over
plain dicts, slowly and plainly: the compiled SQL is tested against it.
"""
