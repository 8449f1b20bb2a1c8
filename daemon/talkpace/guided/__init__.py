"""Guided exercises: paced breathing, a nap timer, the morning measurement and the calibration.

A guide is handed times and measurements, drives the alerts, and returns what is to be logged. None of
them waits.
"""
