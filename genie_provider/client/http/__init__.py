"""http: one call over HTTP: deadline, waits, repeats that are safe, answers and refusals in plain words."""
