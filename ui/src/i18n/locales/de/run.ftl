# run: every message begins with "run-".
