# logs: every message begins with "logs-".
logs-lines = Logzeilen
logs-find = Suchen: Text, /Muster/, level=error, -nicht
logs-find-help = Alle Wörter müssen vorkommen. "Anführungszeichen" halten Wörter zusammen, /Schrägstriche/ umfassen ein Muster, - schließt aus. Felder: level>=warn, service=api, status=500, msg~timeout.
logs-regex = Der Text ist ein regulärer Ausdruck
logs-case = Groß- und Kleinschreibung beachten
logs-only = Nur passende Zeilen zeigen
logs-bad-pattern = kein gültiges Muster
logs-key-find = In den Zeilen suchen
logs-key-next = Nächster Treffer
logs-key-before = Voriger Treffer
logs-key-down = Eine Zeile nach unten
logs-key-up = Eine Zeile nach oben
logs-key-page-down = Eine Seite nach unten
logs-key-page-up = Eine Seite nach oben
logs-key-unpick = Auswahl der Zeilen aufheben
logs-keys = Logzeilen
logs-newest = Neueste Zeilen
logs-oldest = Älteste Zeilen
logs-new = { $count ->
    [one] 1 neue Zeile
   *[other] { $shown } neue Zeilen
}
logs-pause = Anhalten
logs-resume = { $count ->
    [0] Weiter
    [one] Weiter, 1 Zeile wartet
   *[other] Weiter, { $shown } Zeilen warten
}
logs-options = Einstellungen des Logs
logs-option-wrap = Lange Zeilen umbrechen
logs-option-fold = JSON und logfmt als Felder lesen
logs-option-names = Namen der Container
logs-option-times = Zeiten
logs-option-stderr = Nur die Fehlerausgabe
logs-option-whole = Jede Zeile statt der neuesten
logs-times-none = Keine
logs-times-clock = Uhrzeit
logs-times-full = Datum und Uhrzeit
logs-copy = Zeilen kopieren
logs-copied = { $count ->
    [one] 1 Zeile wurde kopiert.
   *[other] { $shown } Zeilen wurden kopiert.
}
logs-export-text = Als Text sichern
logs-export-json = Als JSON-Zeilen sichern
logs-clear = Ansicht leeren
logs-failed = Die Logs konnten nicht gelesen werden.
logs-nothing-fits = Keine Zeile passt. Ändern Sie die Suche oder zeigen Sie alle Zeilen.
logs-count = { $count ->
    [one] 1 Zeile
   *[other] { $shown } Zeilen
}
logs-dropped = { $shown } ältere Zeilen sind nicht mehr in der Ansicht
logs-picked = { $count ->
    [one] 1 Zeile ausgewählt
   *[other] { $count } Zeilen ausgewählt
}
logs-phase-reading = Liest
logs-phase-live = Live
logs-phase-paused = Angehalten
logs-phase-ended = Beendet
logs-phase-lost = Verbindung verloren, neuer Versuch
logs-phase-failed = Fehlgeschlagen
logs-fields = Alle Felder zeigen
logs-field-time = Zeit
logs-more-fields = { $count ->
    [one] +1 Feld
   *[other] +{ $count } Felder
}
logs-show-all = Alles zeigen ({ $size })
logs-show-less = Weniger zeigen
logs-cut = { $size } mehr sind nicht zu sehen.
logs-save-whole = Ganze Zeile sichern
logs-link-title = { $host } öffnen?
logs-link-note = Ein Container hat diese Adresse geschrieben. Lesen Sie sie ganz, bevor Sie sie öffnen.
logs-link-open = Im Browser öffnen
logs-range = Zeit
logs-range-all = Alle Zeiten
logs-range-5m = Letzte 5 Minuten
logs-range-15m = Letzte 15 Minuten
logs-range-1h = Letzte Stunde
logs-range-6h = Letzte 6 Stunden
logs-range-24h = Letzte 24 Stunden
logs-range-7d = Letzte 7 Tage
logs-range-between = Von … bis …
logs-range-from = Von
logs-range-to = Bis
logs-range-to-hint = Leer bedeutet bis jetzt.
logs-range-wrong = Das Ende muss nach dem Anfang liegen.
logs-range-show = Zeigen

logs-sources = Container
logs-sources-filter = Container filtern
logs-sources-hide = Liste der Container ausblenden
logs-sources-show = Liste der Container zeigen
logs-all-running = Alle laufenden
logs-stopped = Gestoppt
logs-kept = Entfernt, Logs aufbewahrt
logs-kept-removed = entfernt { $ago }, { $size }
logs-no-project = Ohne Projekt
logs-only-this = Nur { $name } zeigen
logs-chosen = { $count } Container
logs-most = Die ersten { $count } Container: mehr sind nicht zugleich möglich
logs-none-chosen = Wählen Sie links Container aus oder zeigen Sie alle laufenden.
logs-none-running = Kein Container läuft. Starten Sie einen, dann erscheinen seine Zeilen hier.
logs-silent = Es wurde noch nichts geschrieben.
logs-save-search = Diese Suche sichern
logs-save-name = Name
logs-save-hint = Suche und Container werden unter diesem Namen aufbewahrt.
logs-save = Sichern
logs-saved = Gesicherte Suchen
logs-saved-none = Noch keine ist gesichert.
logs-saved-remove = { $name } vergessen
logs-copy-link = Link zu dieser Ansicht kopieren
logs-link-copied = Der Link wurde kopiert.
logs-open = Logs zeigen
logs-of = Logs von { $name }
