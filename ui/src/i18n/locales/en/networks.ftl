# networks: every message begins with "networks-".
