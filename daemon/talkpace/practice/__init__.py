"""The practice around the sessions: rest, sleep, water, and listening to the body.

Pure: log, sessions, settings, a time zone and a date go in; what today is, the week's standing and
what to say come out. No clock, no disk, no broker.
"""
