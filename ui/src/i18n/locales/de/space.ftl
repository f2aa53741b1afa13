# space: every message begins with "space-".
space-summary = { $used } belegt, { $free } auf diesem Rechner frei
space-again = Neu messen
space-failed = Der Platz konnte nicht gemessen werden.
space-empty = Berth belegt noch keinen Platz.
space-where = Wo
space-parts = Teile, größte zuerst
space-no-parts = Das hat keine Teile.
space-choose = { $name } auswählen
space-choose-none = Nichts auswählen
space-choose-unused = Alles Unbenutzte auswählen ({ $bytes })
space-free = { $bytes } freigeben…
space-free-failed = Nichts wurde entfernt.
space-confirm-title = { $count ->
    [one] 1 Ding entfernen?
   *[other] { $count } Dinge entfernen?
}
space-confirm-note = Nur was hier steht, wird entfernt; was scheitert, wird gemeldet und bleibt.
space-kind-berth = Alles von Berth
space-kind-data = Datenplatte
space-kind-images = Images
space-kind-image = Image
space-kind-containers = Container
space-kind-container = Container
space-kind-volumes = Volumes
space-kind-volume = Volume
space-kind-build_cache = Build-Cache
space-kind-cache_record = Cache-Eintrag
space-kind-logs = Logs
space-kind-kept_logs = Behaltene Logs
space-kind-system = VM-Image
space-kind-suspended = Schlafende Maschine
space-kind-reclaimable = Rückholbar
space-kind-other = Sonstiges
space-remove = Entfernen
