# compose: every message begins with "compose-".
