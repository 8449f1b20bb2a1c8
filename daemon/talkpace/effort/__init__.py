"""What a beat means. Pure: no clock, no input or output; times come in, results go out as values.

athlete -> scale and zones -> warning -> session -> summary; `training` strings them together.
"""
