"""From a strap's characteristics to measurements, and the choice between an athlete's straps."""
