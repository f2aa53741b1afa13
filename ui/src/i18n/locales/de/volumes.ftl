# volumes: every message begins with "volumes-".
volumes-filter = Volumes filtern
volumes-none = Noch keine Volumes. Ein Volume behält, was ein Container schreibt, auch wenn er weg ist.
volumes-unmatched = Kein Volume passt zum Filter.
volumes-gone = Das Volume { $name } ist weg.
volumes-name = Name
volumes-used-by = Benutzt von
volumes-unused = unbenutzt
volumes-unused-hint = Kein Container bindet es ein.
volumes-size = Größe
volumes-project = Projekt
volumes-driver = Treiber
volumes-created = Erstellt
volumes-mountpoint = In der VM
volumes-kind = Art
volumes-named = benannt
volumes-anonymous = anonym
volumes-anonymous-hint = Anonym: ohne Namen für einen Container angelegt
volumes-options = Optionen
volumes-options-hint = Je Zeile ein NAME=Wert, für den Treiber.
volumes-labels = Labels
volumes-writable = lesen und schreiben
volumes-read-only = nur lesen
volumes-overview = Übersicht
volumes-files = Dateien
volumes-sub = { $count ->
    [0] { $driver } · unbenutzt
    [one] { $driver } · 1 Einbindung
   *[other] { $driver } · { $count } Einbindungen
}
volumes-measure = Messen
volumes-measure-all = Größen messen
volumes-measure-failed = Die Volumes konnten nicht gemessen werden.
volumes-new = Neu
volumes-new-title = Volume anlegen
volumes-new-note = Container, die es unter seinem Namen einbinden, teilen sich den Inhalt.
volumes-create = Anlegen
volumes-create-failed = Das Volume konnte nicht angelegt werden.
volumes-name-generated = wird erzeugt
volumes-name-missing = Bitte einen Namen schreiben.
volumes-name-shape = Ein Name hat mindestens zwei Zeichen aus Buchstaben, Ziffern, _ . und - und beginnt mit Buchstabe oder Ziffer.
volumes-name-taken = Ein Volume { $name } gibt es schon.
volumes-new-name = Name des neuen Volumes
volumes-browse = Dateien ansehen
volumes-command-inspect = Inspizieren
volumes-clone = Klonen
volumes-clone-title = { $name } klonen
volumes-clone-note = Die Kopie ist sofort da, wo die Platte Blöcke teilt. Für eine saubere Kopie zuerst anhalten, was hineinschreibt.
volumes-clone-failed = { $name } konnte nicht geklont werden.
volumes-export = Exportieren
volumes-export-title = { $name } exportieren
volumes-export-note = Schreibt die Dateien in ein Archiv auf diesem Rechner.
volumes-export-failed = { $name } konnte nicht exportiert werden.
volumes-import = Importieren
volumes-import-into = Hinein importieren
volumes-import-title = Archiv in { $name } importieren
volumes-import-new-title = Archiv in ein neues Volume importieren
volumes-import-note = Das Volume muss neu oder leer sein.
volumes-import-failed = Das Archiv konnte nicht in { $name } importiert werden.
volumes-archive = Archiv
volumes-archive-hint = .tar, .tar.gz oder .tar.zst.
volumes-archive-choose = Archiv wählen
volumes-folder = Ordner
volumes-folder-choose = Wohin das Archiv kommt
volumes-file-name = Dateiname
volumes-file-hint = .tar, .tar.gz oder .tar.zst: die Endung sagt, wie gepackt wird.
volumes-file-bad = Der Name muss auf .tar, .tar.gz oder .tar.zst enden.
volumes-empty = Leeren
volumes-empty-ask = Alle Dateien in { $name } löschen?
volumes-empty-note = Das Volume bleibt, die Dateien kommen nicht zurück.
volumes-empty-used = { $names } benutzt diese Dateien vielleicht gerade.
volumes-empty-detail = jede Datei darin
volumes-empty-verb = Leeren
volumes-empty-failed = { $name } konnte nicht geleert werden.
volumes-remove = { $count ->
    [one] Entfernen
   *[other] { $count } entfernen
}
volumes-remove-verb = Entfernen
volumes-remove-ask = { $count ->
    [one] Volume { $name } entfernen?
   *[other] { $count } Volumes entfernen?
}
volumes-remove-note = Die Dateien kommen nicht zurück.
volumes-remove-kept = { $count ->
    [one] Eines ist in Benutzung und bleibt.
   *[other] { $count } sind in Benutzung und bleiben.
}
volumes-removed = { $count ->
    [one] Das Volume { $name } wurde entfernt.
   *[other] { $count } Volumes wurden entfernt.
}
volumes-remove-failed = { $of ->
    [one] Das Volume { $name } konnte nicht entfernt werden.
   *[other] { $count } von { $of } Volumes konnten nicht entfernt werden.
}
volumes-prune = Aufräumen
volumes-prune-ask = Unbenutzte Volumes entfernen
volumes-prune-note = Kein Container bindet sie ein, auch kein angehaltener.
volumes-prune-named = Auch benannte
volumes-prune-named-hint = Jemand hat sie benannt, vielleicht um sie zu behalten.
volumes-prune-none = Jedes Volume ist in Benutzung: nichts aufzuräumen.
volumes-task-clone_volume = Klonen
volumes-task-export_volume = Exportieren
volumes-task-import_volume = Importieren
volumes-task-empty_volume = Leeren
volumes-browse-failed = Die Dateien konnten nicht gelesen werden.
volumes-browse-helper = Kein Container bindet es ein. Zum Lesen wird einer angelegt, der es einbindet und nie startet; er wird beim Verlassen entfernt.
