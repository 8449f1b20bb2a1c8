"""What the daemon leads an athlete through at rest: a breathing exercise, a nap, a morning's measurement.

Each guide takes times and measurements, tells the room, and answers with what is to be written down.
None of them waits for anything.
"""
