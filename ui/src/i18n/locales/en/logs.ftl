# logs: every message begins with "logs-".
logs-lines = Log lines
logs-find = Find: text, /pattern/, level=error, -not
logs-find-help = Words must all be there. "Quotes" keep words together, /slashes/ hold a pattern, - excludes. Fields: level>=warn, service=api, status=500, msg~timeout.
logs-regex = The text is a regular expression
logs-case = Capitals matter
logs-only = Show only lines that match
logs-bad-pattern = not a valid pattern
logs-key-find = Find in the lines
logs-key-next = Next match
logs-key-before = Match before
logs-key-down = One line down
logs-key-up = One line up
logs-key-page-down = One page down
logs-key-page-up = One page up
logs-key-unpick = Unpick the lines
logs-keys = Log lines
logs-newest = Newest lines
logs-oldest = Oldest lines
logs-new = { $count ->
    [one] 1 new line
   *[other] { $shown } new lines
}
logs-pause = Pause
logs-resume = { $count ->
    [0] Go on
    [one] Go on, 1 line waits
   *[other] Go on, { $shown } lines wait
}
logs-options = Options of the log
logs-option-wrap = Wrap long lines
logs-option-fold = Read JSON and logfmt as fields
logs-option-names = Names of the containers
logs-option-times = Times
logs-option-stderr = Only the error output
logs-option-whole = Every line instead of the newest
logs-times-none = None
logs-times-clock = Time
logs-times-full = Date and time
logs-copy = Copy the lines
logs-copied = { $count ->
    [one] 1 line was copied.
   *[other] { $shown } lines were copied.
}
logs-export-text = Save as text
logs-export-json = Save as JSON lines
logs-clear = Clear the view
logs-failed = The logs could not be read.
logs-nothing-fits = No line fits. Change the search, or show all lines.
logs-count = { $count ->
    [one] 1 line
   *[other] { $shown } lines
}
logs-dropped = { $shown } older lines left the view
logs-picked = { $count ->
    [one] 1 line picked
   *[other] { $count } lines picked
}
logs-phase-reading = Reading
logs-phase-live = Live
logs-phase-paused = Paused
logs-phase-ended = Ended
logs-phase-lost = Connection lost, trying again
logs-phase-failed = Failed
logs-fields = Show all fields
logs-field-time = time
logs-more-fields = { $count ->
    [one] +1 field
   *[other] +{ $count } fields
}
logs-show-all = Show all ({ $size })
logs-show-less = Show less
logs-cut = { $size } more are not shown.
logs-save-whole = Save the whole line
logs-link-title = Open { $host }?
logs-link-note = A container wrote this address. Read it in full before you open it.
logs-link-open = Open in the browser
logs-range = Time
logs-range-all = All times
logs-range-5m = Last 5 minutes
logs-range-15m = Last 15 minutes
logs-range-1h = Last hour
logs-range-6h = Last 6 hours
logs-range-24h = Last 24 hours
logs-range-7d = Last 7 days
logs-range-between = From … to …
logs-range-from = From
logs-range-to = To
logs-range-to-hint = Empty means up to now.
logs-range-wrong = The end must come after the beginning.
logs-range-show = Show

logs-sources = Containers
logs-sources-filter = Filter containers
logs-sources-hide = Hide the list of containers
logs-sources-show = Show the list of containers
logs-all-running = All running
logs-stopped = Stopped
logs-kept = Removed, logs kept
logs-kept-removed = removed { $ago }, { $size }
logs-no-project = No project
logs-only-this = Show only { $name }
logs-chosen = { $count ->
    [one] 1 container
   *[other] { $count } containers
}
logs-most = The first { $count } containers: the most at once
logs-none-chosen = Choose containers on the left, or show all that run.
logs-none-running = No container runs. Start one, and its lines appear here.
logs-silent = Nothing was written yet.
logs-save-search = Save this search
logs-save-name = Name
logs-save-hint = The search and the containers are kept under this name.
logs-save = Save
logs-saved = Saved searches
logs-saved-none = None is saved yet.
logs-saved-remove = Forget { $name }
logs-copy-link = Copy a link to this view
logs-link-copied = The link was copied.
logs-open = Show logs
logs-of = Logs of { $name }
