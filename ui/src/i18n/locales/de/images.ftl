# images: every message begins with "images-".
images-note = { $count ->
    [one] 1 Image, { $bytes }
   *[other] { $count } Images, { $bytes }
}
images-detail = Image
images-filter = Images filtern
images-empty = Noch keine Images. Lade eines, baue eines oder starte einen Container.
images-unmatched = Kein Image passt zu „{ $text }“.
images-gone = Ein Image { $id } gibt es nicht mehr.
images-name = Name
images-names = Namen
images-name-missing = Schreibe einen Namen wie nginx:1.
images-name-space = Ein Name hat keine Leerzeichen.
images-name-upper = Ein Name hat keine Großbuchstaben.
images-name-lower = Klein schreiben
images-name-bad = Das ist kein Image-Name: registry/name:tag, aus Kleinbuchstaben, Ziffern und . _ -
images-name-hint = Etwa nginx:1 oder registry.example/team/app:2.
images-new-name = Neuer Name
images-id = ID
images-digest = Digest
images-size = Größe
images-shared = Geteilt
images-unique = eigene:
images-created = Erstellt
images-platform = Plattform
images-used-by = Benutzt von
images-unused = Kein Container benutzt dieses Image.
images-dangling = ohne Namen
images-overview = Überblick
images-layers = Schichten
images-inspect = Inspect
images-entrypoint = Einstieg
images-command = Befehl
images-folder = Ordner
images-user = Benutzer
images-ports = Ports
images-volumes = Volumes
images-env = Umgebung
images-labels = Labels
images-inspect-failed = Das Image konnte nicht untersucht werden.
images-layers-failed = Die Schichten konnten nicht gelesen werden.
images-run = Starten
images-pull = Laden
images-pull-again = Neu laden
images-pull-title = Ein Image laden
images-pull-failed = { $name } konnte nicht geladen werden.
images-push = Hochladen
images-push-title = Ein Image hochladen
images-push-hint = Geht an die Registry am Anfang des Namens, mit deiner Docker-Anmeldung.
images-push-no-name = So heißt das Image nicht: gib ihm erst den Namen.
images-push-failed = { $name } konnte nicht hochgeladen werden.
images-tag = Benennen
images-tag-add = Namen geben
images-tag-title = Ein weiterer Name für { $name }
images-tag-hint = Vorhandene Namen bleiben.
images-tag-failed = Der Name konnte nicht gegeben werden.
images-save = In Datei sichern
images-save-now = Sichern
images-save-title = { $count ->
    [one] Ein Image in eine Datei sichern
   *[other] { $count } Images in eine Datei sichern
}
images-save-path = Datei auf diesem Rechner
images-save-hint = Eine vorhandene Datei wird nicht überschrieben.
images-save-failed = Die Images konnten nicht gesichert werden.
images-copy-name = Namen kopieren
images-build = Bauen
images-remove = Entfernen
images-remove-n = { $count ->
    [one] Entfernen
   *[other] { $count } entfernen
}
images-remove-title = { $count ->
    [one] Dieses Image entfernen?
   *[other] { $count } Images entfernen?
}
images-remove-kept = { $count ->
    [one] 1 weiteres wird von einem Container benutzt und bleibt.
   *[other] { $count } weitere werden von Containern benutzt und bleiben.
}
images-remove-used = { $count ->
    [one] Dieses Image wird von Containern benutzt; entferne erst diese.
   *[other] Alle { $count } werden von Containern benutzt; entferne erst diese.
}
images-removed = { $count ->
    [one] { $name } wurde entfernt.
   *[other] { $count } Images wurden entfernt.
}
images-remove-failed = { $count } von { $of } konnten nicht entfernt werden.
images-clean = Aufräumen
images-prune-dangling = Images ohne Namen…
images-prune-all = Alle unbenutzten Images…
images-prune-none = Jedes Image hat einen Namen oder wird benutzt.
images-prune-none-all = Jedes Image wird von einem Container benutzt.
images-prune-title = { $count ->
    [one] 1 unbenutztes Image entfernen?
   *[other] { $count } unbenutzte Images entfernen?
}
images-prune-note = Images ohne Namen, die kein Container benutzt.
images-prune-note-all = Images, die kein Container benutzt, auch kein gestoppter.
images-prune-failed = Nichts wurde entfernt.
