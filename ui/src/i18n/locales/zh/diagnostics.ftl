# diagnostics: every message begins with "diagnostics-".
