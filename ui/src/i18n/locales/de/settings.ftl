# settings: every message begins with "settings-".
