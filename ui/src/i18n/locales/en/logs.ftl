# logs: every message begins with "logs-".
