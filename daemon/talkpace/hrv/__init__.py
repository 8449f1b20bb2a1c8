"""Heart-rate variability: RR intervals placed in time, artifact correction and the figures that follow.

Pure: intervals and times (ms) go in, values come out. Corrections are computed from the recorded intervals,
which are never changed.

beats -> artifacts -> correction -> time_domain, spectrum, dfa; `analysis` joins them for a session,
`live` gives the values of the last two minutes.
"""
