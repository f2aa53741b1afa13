# The frame: sidebar, status bar, palette, words that every view shares.
app-name = Berth
app-skip = Skip to the content
app-sidebar = Views
app-sidebar-collapse = Collapse the sidebar
app-sidebar-expand = Expand the sidebar
app-status = State of the engine

nav-containers = Containers
nav-run = Run a container
nav-compose = Compose
nav-images = Images
nav-builds = Builds
nav-volumes = Volumes
nav-networks = Networks
nav-logs = Logs
nav-activity = Activity
nav-space = Space
nav-settings = Settings
nav-diagnostics = Diagnostics
nav-first-run = Welcome
nav-gallery = Gallery

view-unfinished = This view is not built yet.
view-failed = This view could not be shown.
view-failed-why = The program that draws it stopped with an error.
view-failed-fix = Open it again. If it happens once more, copy the details into a report.
view-again = Open again
view-missing = There is nothing at this address.
view-missing-go = Show the containers

copy = Copy
copy-done = Copied
error-details = Details
error-copy = Copy all

engine-running = Engine running
engine-starting = Engine starting
engine-stopping = Engine stopping
engine-stopped = Engine stopped
engine-asleep = Engine asleep
engine-failed = Engine failed
engine-unknown = Waiting for the daemon
engine-lost = Daemon not reachable
status-cpus = { $count ->
    [one] 1 CPU
   *[other] { $count } CPUs
}

keys-everywhere = Everywhere
key-back = Back
key-forward = Forward
close = Close
cancel = Cancel
progress-unknown = How far is not known
keys-tabs = Tabs
key-tab-before = Previous tab
key-tab-next = Next tab
table-select = Select { $name }
table-select-all = Select all
table-more = More actions
table-columns = Columns
table-selected = { $count } selected
table-selected-hidden = ({ $count } not shown by the filter)
table-clear = Clear the selection
keys-list = List
keys-rows = Selected rows
key-down = Down
key-up = Up
key-extend-down = Select downwards
key-extend-up = Select upwards
key-first = First
key-last = Last
key-open = Open
key-select = Select
key-select-all = Select all
key-fold = Fold the group
key-unfold = Unfold the group
key-menu = Menu
key-deselect = Clear the selection
split-resize = Width of the detail
keys-detail = Detail
key-close = Close
keys-filter = Filter
key-filter = Filter
key-filter-clear = Clear and go back
key-filter-list = Go to the list
filter-clear = Clear the filter
undo = Undo
notices = Notices
confirm-frees = { $verb }, free { $bytes }
confirm-type = Write { $word } to go on
table-commands = Copy as command
