# diagnostics: every message begins with "diagnostics-".
diagnostics-checks = Prüfungen
diagnostics-logs = Berths eigene Logs
diagnostics-again = Neu prüfen
diagnostics-copy = Bericht kopieren
diagnostics-failed = Die Prüfungen konnten nicht ausgeführt werden.
diagnostics-summary = { $fail ->
    [0] { $warn ->
        [0] alles in Ordnung
        [one] 1 Warnung
       *[other] { $warn } Warnungen
    }
    [one] 1 Problem
   *[other] { $fail } Probleme
}
diagnostics-ok = In Ordnung
diagnostics-warn = Geht besser
diagnostics-fail = Problem
diagnostics-skip = Nicht geprüft
diagnostics-source = Log von
diagnostics-source-daemon = Daemon (berthd)
diagnostics-source-dockerd = Docker Engine
diagnostics-source-containerd = containerd
diagnostics-source-agent = Agent in der VM
diagnostics-source-kernel = Kernel der VM
diagnostics-source-console = Konsole der VM
diagnostics-source-qemu = Hypervisor-Programm
diagnostics-pause = Anhalten
diagnostics-follow = Mitlesen
diagnostics-copy-log = Kopieren
diagnostics-log-failed = Dieses Log konnte nicht gelesen werden.
