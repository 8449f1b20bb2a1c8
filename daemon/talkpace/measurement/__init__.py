"""From a strap's bytes to a measurement, and which of an athlete's straps is listened to."""
