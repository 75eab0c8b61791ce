"""bench: how long things take, and the numbers that the documentation quotes. `python -m bench --help`."""
