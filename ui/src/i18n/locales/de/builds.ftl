# builds: every message begins with "builds-".
