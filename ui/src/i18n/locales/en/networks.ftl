# networks: every message begins with "networks-".
networks-filter = Filter networks
networks-none = No networks. Containers on the same network reach each other by name.
networks-unmatched = No network fits the filter.
networks-gone = This network is gone.
networks-name = Name
networks-members = Members
networks-members-none = No container is on it.
networks-subnets = Subnets
networks-subnet = Subnet
networks-subnet-gateway = { $subnet }, gateway { $gateway }
networks-subnet-chosen = chosen by the engine
networks-subnet-missing = A gateway needs a subnet: write one, or leave the gateway empty.
networks-subnet-shape = Write a range such as 172.30.0.0/16.
networks-subnet-host = The range has bits set behind its prefix.
networks-subnet-overlap = It overlaps { $subnet } of the network { $name }. Choose another range.
networks-gateway = Gateway
networks-gateway-first = first address of the subnet
networks-gateway-shape = Write an address such as 172.30.0.1.
networks-gateway-outside = The gateway must lie in { $subnet }.
networks-traits = Traits
networks-internal = internal
networks-internal-hint = Internal: no way out to other networks
networks-internal-fact = none, the network is internal
networks-outside = Way out
networks-outside-fact = through the VM
networks-ipv6-hint = IPv6 addresses too
networks-attachable-hint = Single containers may join, not only services
networks-driver = Driver
networks-driver-bridge = A network of its own in the VM, the usual choice.
networks-driver-macvlan = Containers get hardware addresses of their own.
networks-driver-ipvlan = Containers get addresses of the VM's own network.
networks-driver-overlay = Across several hosts of a swarm.
networks-project = Project
networks-scope = Scope
networks-created = Created
networks-id = ID
networks-options = Options
networks-labels = Labels
networks-sub = { $count ->
    [0] { $driver } · nobody on it
    [one] { $driver } · 1 member
   *[other] { $driver } · { $count } members
}
networks-new = New
networks-new-title = Create a network
networks-new-note = Containers on it reach each other by name.
networks-create = Create
networks-create-failed = The network could not be created.
networks-name-missing = Write a name.
networks-name-shape = A name has letters, digits, _ . and -, and begins with a letter or digit.
networks-name-taken = There is a network { $name } already.
networks-connect = Connect a container
networks-connect-verb = Connect
networks-connect-title = Connect a container to { $name }
networks-connect-none = Every container is on this network already, or on the host's own.
networks-connect-failed = { $name } could not be connected to { $network }.
networks-connected = { $name } is on { $network } now.
networks-container = Container
networks-alias = Alias
networks-alias-hint = Another name under which it is found there.
networks-address = Address
networks-address-next = the next free one
networks-address-outside = The address must lie in { $subnet }.
networks-no-address = no address until it runs
networks-disconnect = Disconnect
networks-disconnect-name = Disconnect { $name }
networks-disconnected = { $name } is no longer on { $network }.
networks-disconnect-failed = { $name } could not be taken off { $network }.
networks-command-inspect = Inspect
networks-remove = { $count ->
    [one] Remove
   *[other] Remove { $count }
}
networks-remove-verb = Remove
networks-remove-ask = { $count ->
    [one] Remove the network { $name }?
   *[other] Remove { $count } networks?
}
networks-remove-kept = { $count ->
    [one] One more is in use or the engine's own and stays.
   *[other] { $count } more are in use or the engine's own and stay.
}
networks-removed = { $count ->
    [one] The network { $name } was removed.
   *[other] { $count } networks were removed.
}
networks-remove-failed = { $of ->
    [one] The network { $name } could not be removed.
   *[other] { $count } of { $of } networks could not be removed.
}
networks-prune = Prune
networks-prune-ask = Remove unused networks
networks-prune-note = No container is on these, not even a stopped one.
networks-prune-none = Every network is in use: there is nothing to prune.
