# containers: every message begins with "containers-".
containers-filter = Filter containers
containers-facets = Which containers
containers-facet-all = All
containers-facet-running = Running
containers-facet-stopped = Stopped
containers-facet-trouble = Trouble
containers-group = Group by compose project
containers-run = Run
containers-empty = No containers yet. Run one here or from any terminal.
containers-unmatched = No container fits the filter.
containers-show-all = Show all
containers-detail = Container { $name }
containers-name = Name
containers-image = Image
containers-state = State
containers-ports = Ports
containers-cpu = CPU
containers-memory = Memory
containers-made = Created
containers-networks = Networks
containers-address = Address
containers-mounts = Mounts
containers-command = Command
containers-id = ID
containers-running = running
containers-healthy = healthy
containers-unhealthy = unhealthy
containers-health-starting = starting
containers-paused = paused
containers-restarting = restarting
containers-removing = removing
containers-created = created
containers-dead = dead
containers-exited = exited
containers-exited-code = exited ({ NUMBER($code, useGrouping: "false") })
containers-pinned = Pinned
containers-exposed = Reachable by other containers only
containers-open-port = Open { $url }
containers-group-up = { $up } of { $all } running
containers-group-sick = { $count } in trouble
containers-start = Start
containers-stop = Stop
containers-restart = Restart
containers-pause = Pause
containers-unpause = Unpause
containers-kill = Kill
containers-terminal = Terminal
containers-files = Files
containers-inspect = Inspect
containers-open = Open in browser
containers-edit = Edit
containers-duplicate = Duplicate
containers-pin = Pin or unpin
containers-copy-id = Copy ID
containers-remove-ask = Remove…
containers-remove = Remove
containers-remove-volume = anonymous volume
containers-remove-volumes-hint = What is in them can't be brought back.
containers-project-start = Start all
containers-project-stop = Stop all
containers-project-restart = Restart all
containers-project-pull = Pull images
containers-project-logs = Logs of all
containers-project-open = Open the project
containers-project-down = Down…
containers-project-failed = The project { $name } could not be changed.
containers-down = Down
containers-down-title = Take { $name } down?
containers-down-note = Its containers and networks go, its volumes stay.
containers-down-network = network
containers-logs = { $count ->
    [one] Logs
   *[other] Logs together
}
containers-remove-title = { $count ->
    [one] Remove { $name }?
   *[other] Remove { $count } containers?
}
containers-remove-running = { $count ->
    [one] It is running: it is killed first.
   *[other] { $count } of them are running: they are killed first.
}
containers-remove-volumes = { $count ->
    [one] Remove its anonymous volume too
   *[other] Remove their { $count } anonymous volumes too
}
containers-did-start = { $count ->
    [one] { $name } was started.
   *[other] { $count } containers were started.
}
containers-failed-start = { $count ->
    [one] { $name } could not be started.
   *[other] { $count } of { $of } containers could not be started.
}
containers-did-stop = { $count ->
    [one] { $name } was stopped.
   *[other] { $count } containers were stopped.
}
containers-failed-stop = { $count ->
    [one] { $name } could not be stopped.
   *[other] { $count } of { $of } containers could not be stopped.
}
containers-did-restart = { $count ->
    [one] { $name } was restarted.
   *[other] { $count } containers were restarted.
}
containers-failed-restart = { $count ->
    [one] { $name } could not be restarted.
   *[other] { $count } of { $of } containers could not be restarted.
}
containers-did-kill = { $count ->
    [one] { $name } was killed.
   *[other] { $count } containers were killed.
}
containers-failed-kill = { $count ->
    [one] { $name } could not be killed.
   *[other] { $count } of { $of } containers could not be killed.
}
containers-did-pause = { $count ->
    [one] { $name } was paused.
   *[other] { $count } containers were paused.
}
containers-failed-pause = { $count ->
    [one] { $name } could not be paused.
   *[other] { $count } of { $of } containers could not be paused.
}
containers-did-unpause = { $count ->
    [one] { $name } was unpaused.
   *[other] { $count } containers were unpaused.
}
containers-failed-unpause = { $count ->
    [one] { $name } could not be unpaused.
   *[other] { $count } of { $of } containers could not be unpaused.
}
containers-did-remove = { $count ->
    [one] { $name } was removed.
   *[other] { $count } containers were removed.
}
containers-failed-remove = { $count ->
    [one] { $name } could not be removed.
   *[other] { $count } of { $of } containers could not be removed.
}
containers-unknown = Which containers there are is known once the engine runs.
