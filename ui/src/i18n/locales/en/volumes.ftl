# volumes: every message begins with "volumes-".
volumes-filter = Filter volumes
volumes-none = No volumes yet. A volume keeps what a container writes after the container is gone.
volumes-unmatched = No volume fits the filter.
volumes-gone = The volume { $name } is gone.
volumes-name = Name
volumes-used-by = Used by
volumes-unused = unused
volumes-unused-hint = No container mounts it.
volumes-size = Size
volumes-project = Project
volumes-driver = Driver
volumes-created = Created
volumes-mountpoint = In the VM
volumes-kind = Kind
volumes-named = named
volumes-anonymous = anonymous
volumes-anonymous-hint = Anonymous: made without a name for one container
volumes-options = Options
volumes-options-hint = One NAME=value a line, for the driver.
volumes-labels = Labels
volumes-writable = read and write
volumes-read-only = read only
volumes-overview = Overview
volumes-files = Files
volumes-sub = { $count ->
    [0] { $driver } · unused
    [one] { $driver } · 1 mount
   *[other] { $driver } · { $count } mounts
}
volumes-measure = Measure
volumes-measure-all = Measure sizes
volumes-measure-failed = The volumes could not be measured.
volumes-new = New
volumes-new-title = Create a volume
volumes-new-note = Containers that mount it by its name share what is in it.
volumes-create = Create
volumes-create-failed = The volume could not be created.
volumes-name-generated = generated
volumes-name-missing = Write a name.
volumes-name-shape = A name has at least two of letters, digits, _ . and -, and begins with a letter or digit.
volumes-name-taken = There is a volume { $name } already.
volumes-new-name = Name of the new volume
volumes-browse = Browse files
volumes-command-inspect = Inspect
volumes-clone = Clone
volumes-clone-title = Clone { $name }
volumes-clone-note = The copy is instant where the disk shares blocks. Stop what writes to it for a clean copy.
volumes-clone-failed = { $name } could not be cloned.
volumes-export = Export
volumes-export-title = Export { $name }
volumes-export-note = Writes its files to an archive on this computer.
volumes-export-failed = { $name } could not be exported.
volumes-import = Import
volumes-import-into = Import into it
volumes-import-title = Import an archive into { $name }
volumes-import-new-title = Import an archive into a new volume
volumes-import-note = The volume must be new or empty.
volumes-import-failed = The archive could not be imported into { $name }.
volumes-archive = Archive
volumes-archive-hint = A .tar, .tar.gz or .tar.zst.
volumes-archive-choose = Choose an archive
volumes-folder = Folder
volumes-folder-choose = Choose where the archive goes
volumes-file-name = File name
volumes-file-hint = .tar, .tar.gz or .tar.zst: the end says how it is packed.
volumes-file-bad = The name must end in .tar, .tar.gz or .tar.zst.
volumes-empty = Empty
volumes-empty-ask = Remove all files in { $name }?
volumes-empty-note = The volume stays, its files can't be brought back.
volumes-empty-used = { $names } may be using these files right now.
volumes-empty-detail = every file in it
volumes-empty-verb = Empty
volumes-empty-failed = { $name } could not be emptied.
volumes-remove = { $count ->
    [one] Remove
   *[other] Remove { $count }
}
volumes-remove-verb = Remove
volumes-remove-ask = { $count ->
    [one] Remove the volume { $name }?
   *[other] Remove { $count } volumes?
}
volumes-remove-note = Their files can't be brought back.
volumes-remove-kept = { $count ->
    [one] One more is in use and stays.
   *[other] { $count } more are in use and stay.
}
volumes-removed = { $count ->
    [one] The volume { $name } was removed.
   *[other] { $count } volumes were removed.
}
volumes-remove-failed = { $of ->
    [one] The volume { $name } could not be removed.
   *[other] { $count } of { $of } volumes could not be removed.
}
volumes-prune = Prune
volumes-prune-ask = Remove unused volumes
volumes-prune-note = No container mounts these, not even a stopped one.
volumes-prune-named = Named ones too
volumes-prune-named-hint = Somebody gave them a name, perhaps to keep them.
volumes-prune-none = Every volume is in use: there is nothing to prune.
volumes-task-clone_volume = Clone
volumes-task-export_volume = Export
volumes-task-import_volume = Import
volumes-task-empty_volume = Empty
volumes-browse-failed = The files could not be read.
volumes-browse-helper = No container mounts it. To read its files, a container is made that mounts it and never started; it is removed when you leave.
