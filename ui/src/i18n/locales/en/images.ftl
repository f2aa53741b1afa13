# images: every message begins with "images-".
images-note = { $count ->
    [one] 1 image, { $bytes }
   *[other] { $count } images, { $bytes }
}
images-detail = Image
images-filter = Filter images
images-empty = There are no images yet. Pull one, build one, or run a container.
images-unmatched = No image fits “{ $text }”.
images-gone = There is no image { $id } any more.
images-name = Name
images-names = Names
images-name-missing = Write a name, such as nginx:1.
images-name-space = A name has no spaces.
images-name-upper = A name has no capital letters.
images-name-lower = Use small letters
images-name-bad = This is no image name: registry/name:tag, of small letters, digits, and . _ -
images-name-hint = Such as nginx:1 or registry.example/team/app:2.
images-new-name = New name
images-id = ID
images-digest = Digest
images-size = Size
images-shared = Shared
images-unique = its own:
images-created = Created
images-platform = Platform
images-used-by = Used by
images-unused = No container uses this image.
images-dangling = no name
images-overview = Overview
images-layers = Layers
images-inspect = Inspect
images-entrypoint = Entry point
images-command = Command
images-folder = Folder
images-user = User
images-ports = Ports
images-volumes = Volumes
images-env = Environment
images-labels = Labels
images-inspect-failed = This image could not be inspected.
images-layers-failed = The layers could not be read.
images-run = Run
images-pull = Pull
images-pull-again = Pull again
images-pull-title = Pull an image
images-pull-failed = { $name } could not be pulled.
images-push = Push
images-push-title = Push an image
images-push-hint = Goes to the registry that the name begins with, with your Docker login.
images-push-no-name = The image has no such name: tag it first.
images-push-failed = { $name } could not be pushed.
images-tag = Tag
images-tag-add = Add name
images-tag-title = Another name for { $name }
images-tag-hint = The names it has stay.
images-tag-failed = The name could not be added.
images-save = Save to a file
images-save-now = Save
images-save-title = { $count ->
    [one] Save an image to a file
   *[other] Save { $count } images to one file
}
images-save-path = File on this computer
images-save-hint = A file that is there already is not overwritten.
images-save-failed = The images could not be saved.
images-copy-name = Copy name
images-build = Build
images-remove = Remove
images-remove-n = { $count ->
    [one] Remove
   *[other] Remove { $count }
}
images-remove-title = { $count ->
    [one] Remove this image?
   *[other] Remove { $count } images?
}
images-remove-kept = { $count ->
    [one] 1 more is used by a container and stays.
   *[other] { $count } more are used by containers and stay.
}
images-remove-used = { $count ->
    [one] This image is used by containers; remove those first.
   *[other] All { $count } are used by containers; remove those first.
}
images-removed = { $count ->
    [one] { $name } was removed.
   *[other] { $count } images were removed.
}
images-remove-failed = { $count } of { $of } could not be removed.
images-clean = Clean up
images-prune-dangling = Images without a name…
images-prune-all = All unused images…
images-prune-none = Every image has a name or is used.
images-prune-none-all = Every image is used by a container.
images-prune-title = { $count ->
    [one] Remove 1 unused image?
   *[other] Remove { $count } unused images?
}
images-prune-note = Images without a name that no container uses.
images-prune-note-all = Images that no container uses, not even a stopped one.
images-prune-failed = Nothing was removed.
