# networks: every message begins with "networks-".
networks-filter = Netzwerke filtern
networks-none = Keine Netzwerke. Container im selben Netzwerk erreichen einander beim Namen.
networks-unmatched = Kein Netzwerk passt zum Filter.
networks-gone = Dieses Netzwerk ist weg.
networks-name = Name
networks-members = Mitglieder
networks-members-none = Kein Container ist darin.
networks-subnets = Subnetze
networks-subnet = Subnetz
networks-subnet-gateway = { $subnet }, Gateway { $gateway }
networks-subnet-chosen = wählt die Engine
networks-subnet-missing = Ein Gateway braucht ein Subnetz: eines angeben oder das Gateway leer lassen.
networks-subnet-shape = Bitte einen Bereich wie 172.30.0.0/16 schreiben.
networks-subnet-host = Hinter dem Präfix sind Bits gesetzt.
networks-subnet-overlap = Überschneidet sich mit { $subnet } des Netzwerks { $name }. Bitte einen anderen Bereich wählen.
networks-gateway = Gateway
networks-gateway-first = erste Adresse des Subnetzes
networks-gateway-shape = Bitte eine Adresse wie 172.30.0.1 schreiben.
networks-gateway-outside = Das Gateway muss in { $subnet } liegen.
networks-traits = Merkmale
networks-internal = intern
networks-internal-hint = Intern: kein Weg in andere Netze
networks-internal-fact = keiner, das Netzwerk ist intern
networks-outside = Weg nach außen
networks-outside-fact = durch die VM
networks-ipv6-hint = Auch IPv6-Adressen
networks-attachable-hint = Auch einzelne Container, nicht nur Dienste
networks-driver = Treiber
networks-driver-bridge = Ein eigenes Netz in der VM, das Übliche.
networks-driver-macvlan = Container bekommen eigene Hardware-Adressen.
networks-driver-ipvlan = Container bekommen Adressen aus dem Netz der VM.
networks-driver-overlay = Über mehrere Rechner eines Swarms.
networks-project = Projekt
networks-scope = Reichweite
networks-created = Erstellt
networks-id = ID
networks-options = Optionen
networks-labels = Labels
networks-sub = { $count ->
    [0] { $driver } · niemand darin
    [one] { $driver } · 1 Mitglied
   *[other] { $driver } · { $count } Mitglieder
}
networks-new = Neu
networks-new-title = Netzwerk anlegen
networks-new-note = Container darin erreichen einander beim Namen.
networks-create = Anlegen
networks-create-failed = Das Netzwerk konnte nicht angelegt werden.
networks-name-missing = Bitte einen Namen schreiben.
networks-name-shape = Ein Name hat Buchstaben, Ziffern, _ . und - und beginnt mit Buchstabe oder Ziffer.
networks-name-taken = Ein Netzwerk { $name } gibt es schon.
networks-connect = Container verbinden
networks-connect-verb = Verbinden
networks-connect-title = Container mit { $name } verbinden
networks-connect-none = Jeder Container ist schon in diesem Netzwerk oder im Netz des Hosts.
networks-connect-failed = { $name } konnte nicht mit { $network } verbunden werden.
networks-connected = { $name } ist jetzt in { $network }.
networks-container = Container
networks-alias = Alias
networks-alias-hint = Ein weiterer Name, unter dem er dort gefunden wird.
networks-address = Adresse
networks-address-next = die nächste freie
networks-address-outside = Die Adresse muss in { $subnet } liegen.
networks-no-address = keine Adresse, bis er läuft
networks-disconnect = Trennen
networks-disconnect-name = { $name } trennen
networks-disconnected = { $name } ist nicht mehr in { $network }.
networks-disconnect-failed = { $name } konnte nicht von { $network } getrennt werden.
networks-command-inspect = Inspizieren
networks-remove = { $count ->
    [one] Entfernen
   *[other] { $count } entfernen
}
networks-remove-verb = Entfernen
networks-remove-ask = { $count ->
    [one] Netzwerk { $name } entfernen?
   *[other] { $count } Netzwerke entfernen?
}
networks-remove-kept = { $count ->
    [one] Eines ist in Benutzung oder gehört der Engine und bleibt.
   *[other] { $count } sind in Benutzung oder gehören der Engine und bleiben.
}
networks-removed = { $count ->
    [one] Das Netzwerk { $name } wurde entfernt.
   *[other] { $count } Netzwerke wurden entfernt.
}
networks-remove-failed = { $of ->
    [one] Das Netzwerk { $name } konnte nicht entfernt werden.
   *[other] { $count } von { $of } Netzwerken konnten nicht entfernt werden.
}
networks-prune = Aufräumen
networks-prune-ask = Unbenutzte Netzwerke entfernen
networks-prune-note = Kein Container ist darin, auch kein angehaltener.
networks-prune-none = Jedes Netzwerk ist in Benutzung: nichts aufzuräumen.
