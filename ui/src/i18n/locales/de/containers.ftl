# containers: every message begins with "containers-".
containers-filter = Container filtern
containers-facets = Welche Container
containers-facet-all = Alle
containers-facet-running = Laufend
containers-facet-stopped = Angehalten
containers-facet-trouble = Probleme
containers-group = Nach Compose-Projekt gruppieren
containers-run = Starten
containers-empty = Noch keine Container. Starten Sie einen hier oder in einem Terminal.
containers-unmatched = Kein Container passt zum Filter.
containers-show-all = Alle zeigen
containers-detail = Container { $name }
containers-name = Name
containers-image = Image
containers-state = Zustand
containers-ports = Ports
containers-cpu = CPU
containers-memory = Speicher
containers-made = Erstellt
containers-networks = Netzwerke
containers-address = Adresse
containers-mounts = Einhängungen
containers-command = Befehl
containers-id = ID
containers-running = läuft
containers-healthy = gesund
containers-unhealthy = ungesund
containers-health-starting = startet
containers-paused = pausiert
containers-restarting = startet neu
containers-removing = wird entfernt
containers-created = erstellt
containers-dead = tot
containers-exited = beendet
containers-exited-code = beendet ({ NUMBER($code, useGrouping: "false") })
containers-pinned = Angeheftet
containers-exposed = Nur für andere Container erreichbar
containers-open-port = { $url } öffnen
containers-group-up = { $up } von { $all } laufen
containers-group-sick = { $count } mit Problemen
containers-start = Starten
containers-stop = Anhalten
containers-restart = Neu starten
containers-pause = Pausieren
containers-unpause = Fortsetzen
containers-kill = Abschießen
containers-terminal = Terminal
containers-files = Dateien
containers-inspect = Inspizieren
containers-open = Im Browser öffnen
containers-edit = Bearbeiten
containers-duplicate = Duplizieren
containers-pin = Anheften oder lösen
containers-copy-id = ID kopieren
containers-remove-ask = Entfernen…
containers-remove = Entfernen
containers-remove-volume = anonymes Volume
containers-remove-volumes-hint = Ihr Inhalt lässt sich nicht zurückholen.
containers-project-start = Alle starten
containers-project-stop = Alle anhalten
containers-project-restart = Alle neu starten
containers-project-pull = Images holen
containers-project-logs = Logs aller
containers-project-open = Projekt öffnen
containers-project-down = Abbauen…
containers-project-failed = Das Projekt { $name } konnte nicht geändert werden.
containers-down = Abbauen
containers-down-title = { $name } abbauen?
containers-down-note = Container und Netzwerke verschwinden, Volumes bleiben.
containers-down-network = Netzwerk
containers-logs = { $count ->
    [one] Logs
   *[other] Logs zusammen
}
containers-remove-title = { $count ->
    [one] { $name } entfernen?
   *[other] { $count } Container entfernen?
}
containers-remove-running = { $count ->
    [one] Er läuft noch und wird zuerst abgeschossen.
   *[other] { $count } davon laufen noch und werden zuerst abgeschossen.
}
containers-remove-volumes = { $count ->
    [one] Auch das anonyme Volume entfernen
   *[other] Auch die { $count } anonymen Volumes entfernen
}
containers-did-start = { $count ->
    [one] { $name } wurde gestartet.
   *[other] { $count } Container wurden gestartet.
}
containers-failed-start = { $count ->
    [one] { $name } konnte nicht gestartet werden.
   *[other] { $count } von { $of } Containern konnten nicht gestartet werden.
}
containers-did-stop = { $count ->
    [one] { $name } wurde angehalten.
   *[other] { $count } Container wurden angehalten.
}
containers-failed-stop = { $count ->
    [one] { $name } konnte nicht angehalten werden.
   *[other] { $count } von { $of } Containern konnten nicht angehalten werden.
}
containers-did-restart = { $count ->
    [one] { $name } wurde neu gestartet.
   *[other] { $count } Container wurden neu gestartet.
}
containers-failed-restart = { $count ->
    [one] { $name } konnte nicht neu gestartet werden.
   *[other] { $count } von { $of } Containern konnten nicht neu gestartet werden.
}
containers-did-kill = { $count ->
    [one] { $name } wurde abgeschossen.
   *[other] { $count } Container wurden abgeschossen.
}
containers-failed-kill = { $count ->
    [one] { $name } konnte nicht abgeschossen werden.
   *[other] { $count } von { $of } Containern konnten nicht abgeschossen werden.
}
containers-did-pause = { $count ->
    [one] { $name } wurde pausiert.
   *[other] { $count } Container wurden pausiert.
}
containers-failed-pause = { $count ->
    [one] { $name } konnte nicht pausiert werden.
   *[other] { $count } von { $of } Containern konnten nicht pausiert werden.
}
containers-did-unpause = { $count ->
    [one] { $name } wurde fortgesetzt.
   *[other] { $count } Container wurden fortgesetzt.
}
containers-failed-unpause = { $count ->
    [one] { $name } konnte nicht fortgesetzt werden.
   *[other] { $count } von { $of } Containern konnten nicht fortgesetzt werden.
}
containers-did-remove = { $count ->
    [one] { $name } wurde entfernt.
   *[other] { $count } Container wurden entfernt.
}
containers-failed-remove = { $count ->
    [one] { $name } konnte nicht entfernt werden.
   *[other] { $count } von { $of } Containern konnten nicht entfernt werden.
}
containers-unknown = Welche Container es gibt, ist bekannt, sobald die Engine läuft.
