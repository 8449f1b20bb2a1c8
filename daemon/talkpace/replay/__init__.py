"""Recordings through the pipeline, and years of files into the store."""
