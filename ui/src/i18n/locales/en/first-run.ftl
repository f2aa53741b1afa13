# first-run: every message begins with "first-run-".
