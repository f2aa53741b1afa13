# containers: every message begins with "containers-".
