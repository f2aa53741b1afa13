# space: every message begins with "space-".
space-summary = { $used } used, { $free } free on this computer
space-again = Measure again
space-failed = Space could not be measured.
space-empty = Berth takes no space yet.
space-where = Where
space-parts = Parts, largest first
space-no-parts = This has no parts.
space-choose = Choose { $name }
space-choose-none = Choose nothing
space-choose-unused = Choose all unused ({ $bytes })
space-free = Free { $bytes }…
space-free-failed = Nothing was removed.
space-confirm-title = { $count ->
    [one] Remove 1 thing?
   *[other] Remove { $count } things?
}
space-confirm-note = Nothing but this list is removed; what fails is said and left.
space-kind-berth = All of Berth
space-kind-data = Data disk
space-kind-images = Images
space-kind-image = Image
space-kind-containers = Containers
space-kind-container = Container
space-kind-volumes = Volumes
space-kind-volume = Volume
space-kind-build_cache = Build cache
space-kind-cache_record = Cache record
space-kind-logs = Logs
space-kind-kept_logs = Kept logs
space-kind-system = VM image
space-kind-suspended = Sleeping machine
space-kind-reclaimable = Reclaimable
space-kind-other = Other
space-remove = Remove
