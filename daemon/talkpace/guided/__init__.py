"""Guided exercises at rest: paced breathing, a nap timer and the morning measurement.

A guide is handed times and measurements, drives the alerts, and returns what is to be logged. None of
them waits.
"""
