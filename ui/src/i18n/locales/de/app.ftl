app-name = Berth
app-skip = Zum Inhalt springen
app-sidebar = Ansichten
app-sidebar-collapse = Seitenleiste einklappen
app-sidebar-expand = Seitenleiste ausklappen
app-status = Zustand der Engine

nav-containers = Container
nav-run = Container starten
nav-compose = Compose
nav-images = Images
nav-builds = Builds
nav-volumes = Volumes
nav-networks = Netzwerke
nav-logs = Logs
nav-activity = Aktivität
nav-space = Speicherplatz
nav-settings = Einstellungen
nav-diagnostics = Diagnose
nav-first-run = Willkommen
nav-gallery = Galerie

view-unfinished = Diese Ansicht ist noch nicht gebaut.
view-failed = Diese Ansicht konnte nicht gezeigt werden.
view-failed-why = Das Programm, das sie zeichnet, endete mit einem Fehler.
view-failed-fix = Öffnen Sie sie noch einmal. Geschieht es wieder, kopieren Sie die Einzelheiten in einen Bericht.
view-again = Noch einmal öffnen
view-missing = Unter dieser Adresse ist nichts.
view-missing-go = Container zeigen

copy = Kopieren
copy-done = Kopiert
error-details = Einzelheiten
error-copy = Alles kopieren

engine-running = Engine läuft
engine-starting = Engine startet
engine-stopping = Engine hält an
engine-stopped = Engine angehalten
engine-asleep = Engine schläft
engine-failed = Engine ausgefallen
engine-unknown = Warten auf den Daemon
engine-lost = Daemon nicht erreichbar
status-cpus = { $count ->
    [one] 1 CPU
   *[other] { $count } CPUs
}

keys-everywhere = Überall
key-back = Zurück
key-forward = Vorwärts
close = Schließen
cancel = Abbrechen
progress-unknown = Fortschritt unbekannt
keys-tabs = Register
key-tab-before = Voriges Register
key-tab-next = Nächstes Register
