"""What the beats say: RR intervals placed in time, cleaned of artifacts, and the figures that follow.

Pure: intervals (ms) and times go in, values come out. What the strap gave is never changed;
corrections are computed anew wherever they are needed.
"""
