# images: every message begins with "images-".
