"""Sentences that talkpace speaks or prints, one file for each language."""
