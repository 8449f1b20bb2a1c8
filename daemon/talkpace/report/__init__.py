"""A session or a week as one HTML page: values go in, text comes out. No clock, no store, no network."""
