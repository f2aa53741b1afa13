# The detail of a container: every message begins with "detail-".
detail-tabs = Parts of the container
detail-more = More
detail-actions = Actions
detail-again = Try again
detail-refresh = Read again
detail-up = up
detail-tab-overview = Overview
detail-tab-logs = Logs
detail-tab-terminal = Terminal
detail-tab-files = Files
detail-tab-stats = Stats
detail-tab-inspect = Inspect
detail-tab-env = Environment
detail-tab-mounts = Mounts
detail-tab-processes = Processes
detail-tab-changes = Changes
detail-tab-events = Events
detail-do-start = Start
detail-do-stop = Stop
detail-do-restart = Restart
detail-do-pause = Pause
detail-do-unpause = Unpause
detail-do-logs = Logs
detail-do-terminal = Terminal
detail-do-files = Files
detail-do-inspect = Inspect
detail-do-open = Open in browser
detail-do-edit = Edit
detail-do-duplicate = Duplicate
detail-do-pin = Pin or unpin
detail-do-remove = Remove…
detail-copy-run = Copy as docker run
detail-run-copied = The command was copied.
detail-run-failed = The command could not be made.
detail-gone = gone
detail-gone-text = This container is not there any more, and no logs of it were kept.
detail-gone-list = Show all containers
detail-gone-kept = Its logs were kept:
detail-gone-since = removed
detail-gone-image = Show its image { $image }
detail-logs-none = It wrote nothing, or never ran.

detail-about = About
detail-entrypoint = Entrypoint
detail-folder = Folder
detail-user = User
detail-project = Project
detail-restart = Restart policy
detail-restarted = { $count ->
    [one] restarted once
   *[other] restarted { $count } times
}
detail-started = Started
detail-ended = Ended
detail-exit-code = exit code { NUMBER($code, useGrouping: "false") }
detail-oom = It was killed because it used more memory than it may. Raise its limit, or let it use less.
detail-variables = { $count ->
    [one] 1 variable
   *[other] { $count } variables
}
detail-mounts = { $count ->
    [0] none
    [one] 1 mount
   *[other] { $count } mounts
}
detail-networks = Networks
detail-network-mode = Network mode { $mode }
detail-no-address = no address
detail-limits = Limits and rights
detail-no-limit = no limit
detail-rights = Rights
detail-privileged = privileged
detail-read-only = files read-only
detail-labels = { $count ->
    [one] 1 label
   *[other] { $count } labels
}
detail-run = Run it again
detail-health = Health checks
detail-health-failing = { $count ->
    [one] 1 failed in a row
   *[other] { $count } failed in a row
}
detail-health-good = passed
detail-health-bad = failed ({ NUMBER($code, useGrouping: "false") })

detail-cpu = CPU
detail-memory = Memory
detail-network = Network
detail-disk = Disk
detail-pids = Processes
detail-pids-note = with threads
detail-of = of
detail-of-one-cpu = 100 % is one CPU
detail-of-cpus = limit { $shown } CPUs
detail-used = used
detail-received = received
detail-sent = sent
detail-read = read
detail-written = written
detail-stats-range = Time
detail-stats-stopped = It does not run, and nothing was measured lately.
detail-stats-was = It does not run: this is what it used.
detail-range-5m = 5 min
detail-range-1h = 1 h
detail-range-24h = 24 h

detail-inspect-form = Form
detail-inspect-tree = Tree
detail-inspect-raw = Raw
detail-env-none = This container has no variables.
detail-env-filter = Filter variables
detail-env-show = Show secrets
detail-env-hide = Hide secrets
detail-env-show-one = Show { $name }
detail-env-hide-one = Hide { $name }
detail-env-copy = Copy all
detail-env-name = Name
detail-env-value = Value
detail-mounts-none = Nothing is mounted: what it writes goes with it.
detail-mount-bind = folder of the host
detail-mount-volume = volume
detail-mount-tmpfs = memory
detail-mount-other = mount
detail-mount-read-only = read-only
detail-mount-memory = gone when it stops
detail-mount-copy = Copy the source
detail-mount-browse = Browse
detail-processes-stopped = Nothing runs in it: it is stopped.
detail-changes-none = Its files are those of its image.
detail-changes-filter = Filter changes
detail-changes-count = { $count ->
    [one] 1 change
   *[other] { $count } changes
}
detail-changes-below = { $count ->
    [one] and 1 below
   *[other] and { $count } below
}
detail-changes-rest = { $shown } more: filter to see them.
detail-changes-copy = Copy the list
detail-changes-open = Show in files
detail-change-added = added
detail-change-changed = changed
detail-change-deleted = deleted
detail-events-none = Nothing happened to it since this page was opened.

detail-shell-starting = Looking for a shell
detail-shell-none = This image has no shell.
detail-shell-none-fix = A debug shell runs beside it, with its processes, network and volumes, and brings its own tools.
detail-shell-debug = Open a debug shell
detail-shell-debug-image = The image { $image } is not there yet. Pull or build it, then try again.
detail-shell-debug-failed = The debug shell could not be opened.
detail-shell-stopped = It does not run. A shell needs a running container.
detail-shell-failed = The shell could not be opened.
detail-shell-new = New session
detail-shell-close = Close { $name }
detail-shell-sessions = Sessions
detail-shell-ended = The session ended.
detail-shell-lost = The connection was lost.
detail-shell-again = Connect again
detail-shell-user = As user
detail-shell-user-default = the image's user
detail-shell-find = Find in the terminal
detail-shell-clear = Clear
detail-shell-options = Options of the terminal
detail-shell-root = New session as root
detail-shell-other = New session with { $shell }
detail-shell-paste = Paste { $count ->
    [one] 1 line
   *[other] { $count } lines
}?
detail-shell-paste-note = A shell runs each line at once.
detail-shell-paste-controls = Paste hidden characters?
detail-shell-paste-controls-note = The text holds control characters. They are shown by name here and left out when pasted.
detail-shell-paste-go = Paste
detail-shell-leave = Terminal. Shift-Escape leaves it.
detail-shell-copy = Copy the selection

detail-files-path = Path
detail-files-up = One folder up
detail-files-go = Go to a path
detail-files-filter = Filter this folder
detail-files-new-folder = New folder
detail-files-new-file = New file
detail-files-upload = Upload files
detail-files-upload-folder = Upload a folder
detail-files-download = Download
detail-files-download-folder = Download as archive
detail-files-rename = Rename
detail-files-delete = Delete…
detail-files-edit = Edit
detail-files-open = Open
detail-files-copy-path = Copy path
detail-files-name = Name
detail-files-size = Size
detail-files-mode = Rights
detail-files-owner = Owner
detail-files-time = Changed
detail-files-empty = This folder is empty. Drop files here to upload them.
detail-files-none-fits = Nothing in this folder fits the filter.
detail-files-missing = There is no folder { $path }.
detail-files-failed = The folder could not be read.
detail-files-part = Only part of this folder: reading stopped after { $size }. Start the container to see all of it.
detail-files-root = Without a shell to ask, only usual names are looked for here.
detail-files-need-shell = Needs a running container with a shell.
detail-files-drop = Drop to upload to { $path }
detail-files-uploading = Uploading { $count ->
    [one] 1 file
   *[other] { $count } files
}
detail-files-uploaded = { $count ->
    [one] { $name } was uploaded.
   *[other] { $count } files were uploaded.
}
detail-files-upload-failed = The files could not be uploaded.
detail-files-replace = { $count ->
    [one] Replace { $name }?
   *[other] Replace { $count } files?
}
detail-files-replace-note = Files of these names are there already. What is in them is lost.
detail-files-replace-do = Replace
detail-files-delete-title = { $count ->
    [one] Delete { $name }?
   *[other] Delete { $count } items?
}
detail-files-delete-note = Folders go with all that is in them. This can't be undone.
detail-files-delete-do = Delete
detail-files-did-delete = { $count ->
    [one] { $name } was deleted.
   *[other] { $count } items were deleted.
}
detail-files-delete-failed = It could not be deleted.
detail-files-rename-failed = It could not be renamed.
detail-files-folder-failed = The folder could not be made.
detail-files-save-failed = The file could not be saved.
detail-files-saved = { $name } was saved.
detail-files-save = Save
detail-files-discard = Discard the changes to { $name }?
detail-files-discard-note = They were not saved.
detail-files-discard-do = Discard
detail-files-close = Close the file
detail-files-large = { $size } is too large to show here. Download it instead.
detail-files-not-file = It is neither a file nor a folder.
detail-files-text = Text
detail-files-hex = Bytes
detail-files-hex-part = The first { $size } are shown.
detail-files-newer = Somebody changed this file since it was opened. Save all the same?
detail-files-newer-do = Overwrite
detail-files-name-empty = Write a name.
detail-files-name-slash = A name can't hold a slash.
detail-files-name-dots = This name means a folder already.
detail-files-name-long = This name is too long: 255 bytes at most.
detail-files-name-taken = This name is taken. Choose another one.
detail-files-make = Make
detail-files-image = Picture { $name }
detail-files-link = leads to { $target }
