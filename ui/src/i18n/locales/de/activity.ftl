# activity: every message begins with "activity-".
