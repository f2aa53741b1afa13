# volumes: every message begins with "volumes-".
