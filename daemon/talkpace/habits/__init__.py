"""The habits around the sessions: rest, sleep, water, symptoms, breathing, nap, readiness.

Pure functions: an athlete's history, the settings and an instant give the status of the day and the week, and
messages for the athlete. No clock, no disk, no broker.
"""
