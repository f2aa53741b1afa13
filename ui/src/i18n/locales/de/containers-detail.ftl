# The detail of a container: every message begins with "detail-".
detail-tabs = Teile des Containers
detail-more = Mehr
detail-actions = Aktionen
detail-again = Erneut versuchen
detail-refresh = Neu lesen
detail-up = läuft seit
detail-tab-overview = Übersicht
detail-tab-logs = Logs
detail-tab-terminal = Terminal
detail-tab-files = Dateien
detail-tab-stats = Verbrauch
detail-tab-inspect = Inspect
detail-tab-env = Umgebung
detail-tab-mounts = Mounts
detail-tab-processes = Prozesse
detail-tab-changes = Änderungen
detail-tab-events = Ereignisse
detail-do-start = Starten
detail-do-stop = Stoppen
detail-do-restart = Neu starten
detail-do-pause = Anhalten
detail-do-unpause = Fortsetzen
detail-do-logs = Logs
detail-do-terminal = Terminal
detail-do-files = Dateien
detail-do-inspect = Inspect
detail-do-open = Im Browser öffnen
detail-do-edit = Bearbeiten
detail-do-duplicate = Duplizieren
detail-do-pin = Anheften oder lösen
detail-do-remove = Entfernen…
detail-copy-run = Als docker run kopieren
detail-run-copied = Der Befehl wurde kopiert.
detail-run-failed = Der Befehl konnte nicht gebildet werden.
detail-gone = entfernt
detail-gone-text = Diesen Container gibt es nicht mehr, und von ihm wurden keine Logs aufbewahrt.
detail-gone-list = Alle Container zeigen
detail-gone-kept = Seine Logs wurden aufbewahrt:
detail-gone-since = entfernt
detail-gone-image = Sein Image { $image } zeigen
detail-logs-none = Er hat nichts geschrieben oder lief nie.

detail-about = Angaben
detail-entrypoint = Entrypoint
detail-folder = Ordner
detail-user = Benutzer
detail-project = Projekt
detail-restart = Neustart
detail-restarted = { $count ->
    [one] einmal neu gestartet
   *[other] { $count }-mal neu gestartet
}
detail-started = Gestartet
detail-ended = Beendet
detail-exit-code = Exit-Code { NUMBER($code, useGrouping: "false") }
detail-oom = Er wurde beendet, weil er mehr Speicher brauchte als erlaubt. Erhöhen Sie die Grenze oder lassen Sie ihn weniger brauchen.
detail-variables = { $count ->
    [one] 1 Variable
   *[other] { $count } Variablen
}
detail-mounts = { $count ->
    [0] keine
    [one] 1 Mount
   *[other] { $count } Mounts
}
detail-networks = Netze
detail-network-mode = Netzmodus { $mode }
detail-no-address = keine Adresse
detail-limits = Grenzen und Rechte
detail-no-limit = keine Grenze
detail-rights = Rechte
detail-privileged = privilegiert
detail-read-only = Dateien nur lesbar
detail-labels = { $count ->
    [one] 1 Label
   *[other] { $count } Labels
}
detail-run = Noch einmal starten
detail-health = Prüfungen
detail-health-failing = { $count ->
    [one] 1 Fehlschlag in Folge
   *[other] { $count } Fehlschläge in Folge
}
detail-health-good = bestanden
detail-health-bad = fehlgeschlagen ({ NUMBER($code, useGrouping: "false") })

detail-cpu = CPU
detail-memory = Speicher
detail-network = Netz
detail-disk = Platte
detail-pids = Prozesse
detail-pids-note = mit Threads
detail-of = von
detail-of-one-cpu = 100 % ist eine CPU
detail-of-cpus = Grenze { $shown } CPUs
detail-used = belegt
detail-received = empfangen
detail-sent = gesendet
detail-read = gelesen
detail-written = geschrieben
detail-stats-range = Zeit
detail-stats-stopped = Er läuft nicht, und zuletzt wurde nichts gemessen.
detail-stats-was = Er läuft nicht: So viel brauchte er.
detail-range-5m = 5 min
detail-range-1h = 1 h
detail-range-24h = 24 h

detail-inspect-form = Form
detail-inspect-tree = Baum
detail-inspect-raw = Roh
detail-env-none = Dieser Container hat keine Variablen.
detail-env-filter = Variablen filtern
detail-env-show = Geheimes zeigen
detail-env-hide = Geheimes verbergen
detail-env-show-one = { $name } zeigen
detail-env-hide-one = { $name } verbergen
detail-env-copy = Alles kopieren
detail-env-name = Name
detail-env-value = Wert
detail-mounts-none = Nichts ist eingehängt: Was er schreibt, vergeht mit ihm.
detail-mount-bind = Ordner des Rechners
detail-mount-volume = Volume
detail-mount-tmpfs = Speicher
detail-mount-other = Mount
detail-mount-read-only = nur lesbar
detail-mount-memory = vergeht, wenn er stoppt
detail-mount-copy = Quelle kopieren
detail-mount-browse = Durchsehen
detail-processes-stopped = In ihm läuft nichts: Er ist gestoppt.
detail-changes-none = Seine Dateien sind die seines Images.
detail-changes-filter = Änderungen filtern
detail-changes-count = { $count ->
    [one] 1 Änderung
   *[other] { $count } Änderungen
}
detail-changes-below = { $count ->
    [one] und 1 darunter
   *[other] und { $count } darunter
}
detail-changes-rest = { $shown } weitere: Filtern Sie, um sie zu sehen.
detail-changes-copy = Liste kopieren
detail-changes-open = In Dateien zeigen
detail-change-added = neu
detail-change-changed = geändert
detail-change-deleted = gelöscht
detail-events-none = Seit diese Seite offen ist, geschah nichts mit ihm.

detail-shell-starting = Sucht eine Shell
detail-shell-none = Dieses Image hat keine Shell.
detail-shell-none-fix = Eine Debug-Shell läuft daneben, mit seinen Prozessen, Netzen und Volumes, und bringt ihre Werkzeuge mit.
detail-shell-debug = Debug-Shell öffnen
detail-shell-debug-image = Das Image { $image } ist noch nicht da. Laden oder bauen Sie es und versuchen Sie es erneut.
detail-shell-debug-failed = Die Debug-Shell konnte nicht geöffnet werden.
detail-shell-stopped = Er läuft nicht. Eine Shell braucht einen laufenden Container.
detail-shell-failed = Die Shell konnte nicht geöffnet werden.
detail-shell-new = Neue Sitzung
detail-shell-close = { $name } schließen
detail-shell-sessions = Sitzungen
detail-shell-ended = Die Sitzung ist beendet.
detail-shell-lost = Die Verbindung ging verloren.
detail-shell-again = Neu verbinden
detail-shell-user = Als Benutzer
detail-shell-user-default = der des Images
detail-shell-find = Im Terminal suchen
detail-shell-clear = Leeren
detail-shell-options = Einstellungen des Terminals
detail-shell-root = Neue Sitzung als root
detail-shell-other = Neue Sitzung mit { $shell }
detail-shell-paste = { $count ->
    [one] 1 Zeile
   *[other] { $count } Zeilen
} einfügen?
detail-shell-paste-note = Eine Shell führt jede Zeile sofort aus.
detail-shell-paste-controls = Unsichtbare Zeichen einfügen?
detail-shell-paste-controls-note = Der Text enthält Steuerzeichen. Hier stehen ihre Namen; eingefügt werden sie nicht.
detail-shell-paste-go = Einfügen
detail-shell-leave = Terminal. Umschalt-Escape verlässt es.
detail-shell-copy = Auswahl kopieren

detail-files-path = Pfad
detail-files-up = Einen Ordner nach oben
detail-files-go = Zu einem Pfad gehen
detail-files-filter = Diesen Ordner filtern
detail-files-new-folder = Neuer Ordner
detail-files-new-file = Neue Datei
detail-files-upload = Dateien hochladen
detail-files-upload-folder = Ordner hochladen
detail-files-download = Herunterladen
detail-files-download-folder = Als Archiv herunterladen
detail-files-rename = Umbenennen
detail-files-delete = Löschen…
detail-files-edit = Bearbeiten
detail-files-open = Öffnen
detail-files-copy-path = Pfad kopieren
detail-files-name = Name
detail-files-size = Größe
detail-files-mode = Rechte
detail-files-owner = Besitzer
detail-files-time = Geändert
detail-files-empty = Dieser Ordner ist leer. Legen Sie Dateien hier ab, um sie hochzuladen.
detail-files-none-fits = Nichts in diesem Ordner passt zum Filter.
detail-files-missing = Es gibt keinen Ordner { $path }.
detail-files-failed = Der Ordner konnte nicht gelesen werden.
detail-files-part = Nur ein Teil dieses Ordners: Nach { $size } wurde nicht weitergelesen. Starten Sie den Container, um alles zu sehen.
detail-files-root = Ohne eine Shell, die gefragt werden kann, werden hier nur übliche Namen gesucht.
detail-files-need-shell = Braucht einen laufenden Container mit einer Shell.
detail-files-drop = Ablegen, um nach { $path } hochzuladen
detail-files-uploading = { $count ->
    [one] 1 Datei wird
   *[other] { $count } Dateien werden
} hochgeladen
detail-files-uploaded = { $count ->
    [one] { $name } wurde hochgeladen.
   *[other] { $count } Dateien wurden hochgeladen.
}
detail-files-upload-failed = Die Dateien konnten nicht hochgeladen werden.
detail-files-replace = { $count ->
    [one] { $name } ersetzen?
   *[other] { $count } Dateien ersetzen?
}
detail-files-replace-note = Dateien dieses Namens gibt es schon. Ihr Inhalt geht verloren.
detail-files-replace-do = Ersetzen
detail-files-delete-title = { $count ->
    [one] { $name } löschen?
   *[other] { $count } Einträge löschen?
}
detail-files-delete-note = Ordner gehen mit allem, was darin ist. Das lässt sich nicht zurücknehmen.
detail-files-delete-do = Löschen
detail-files-did-delete = { $count ->
    [one] { $name } wurde gelöscht.
   *[other] { $count } Einträge wurden gelöscht.
}
detail-files-delete-failed = Es konnte nicht gelöscht werden.
detail-files-rename-failed = Es konnte nicht umbenannt werden.
detail-files-folder-failed = Der Ordner konnte nicht angelegt werden.
detail-files-save-failed = Die Datei konnte nicht gesichert werden.
detail-files-saved = { $name } wurde gesichert.
detail-files-save = Sichern
detail-files-discard = Änderungen an { $name } verwerfen?
detail-files-discard-note = Sie wurden nicht gesichert.
detail-files-discard-do = Verwerfen
detail-files-close = Datei schließen
detail-files-large = { $size } sind zu viel, um sie hier zu zeigen. Laden Sie die Datei herunter.
detail-files-not-file = Es ist weder Datei noch Ordner.
detail-files-text = Text
detail-files-hex = Bytes
detail-files-hex-part = Die ersten { $size } sind zu sehen.
detail-files-newer = Die Datei wurde geändert, seit sie geöffnet ist. Trotzdem sichern?
detail-files-newer-do = Überschreiben
detail-files-name-empty = Geben Sie einen Namen ein.
detail-files-name-slash = Ein Name kann keinen Schrägstrich enthalten.
detail-files-name-dots = Dieser Name bedeutet schon einen Ordner.
detail-files-name-long = Dieser Name ist zu lang: höchstens 255 Bytes.
detail-files-name-taken = Diesen Namen gibt es schon. Wählen Sie einen anderen.
detail-files-make = Anlegen
detail-files-image = Bild { $name }
detail-files-link = führt zu { $target }
