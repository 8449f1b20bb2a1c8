"""What is drawn in a terminal: plots, summaries, the live dashboard, the breathing animation."""
