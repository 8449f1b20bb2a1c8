"""From measurements to warnings, sessions and summaries. Pure: no clock, no input or output.

profile -> effort -> warning -> session -> summary; `training` joins them, `load`, `talk_test` and `threshold`
look back over sessions.
"""
