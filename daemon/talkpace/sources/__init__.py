"""Sources of heart rates: Bluetooth straps, recordings played back, a simulated athlete."""
