"""A made-up athlete with a strap on: for the demonstration, and for tests that need a heart."""

from .heart import BATTERY_PERCENT, STRAP, beats
from .workouts import WORKOUTS, Step, Workout, workout

__all__ = ["BATTERY_PERCENT", "STRAP", "WORKOUTS", "Step", "Workout", "beats", "workout"]
