# space: every message begins with "space-".
