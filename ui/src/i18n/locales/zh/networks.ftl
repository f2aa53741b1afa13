# networks: every message begins with "networks-".
networks-filter = 筛选网络
networks-none = 没有网络。同一网络中的容器可以用名称互相访问。
networks-unmatched = 没有符合筛选条件的网络。
networks-gone = 此网络已不存在。
networks-name = 名称
networks-members = 成员
networks-members-none = 没有容器在此网络中。
networks-subnets = 子网
networks-subnet = 子网
networks-subnet-gateway = { $subnet }，网关 { $gateway }
networks-subnet-chosen = 由引擎选择
networks-subnet-missing = 网关需要子网：请填写子网，或将网关留空。
networks-subnet-shape = 请填写网段，例如 172.30.0.0/16。
networks-subnet-host = 前缀之后的位不为零。
networks-subnet-overlap = 与网络 { $name } 的 { $subnet } 重叠。请选择其他网段。
networks-gateway = 网关
networks-gateway-first = 子网的第一个地址
networks-gateway-shape = 请填写地址，例如 172.30.0.1。
networks-gateway-outside = 网关必须位于 { $subnet } 内。
networks-traits = 特性
networks-internal = 内部
networks-internal-hint = 内部：无法访问其他网络
networks-internal-fact = 无，此网络是内部网络
networks-outside = 出口
networks-outside-fact = 经由虚拟机
networks-ipv6-hint = 同时使用 IPv6 地址
networks-attachable-hint = 单个容器也可加入，不仅限于服务
networks-driver = 驱动
networks-driver-bridge = 虚拟机内的独立网络，通常的选择。
networks-driver-macvlan = 容器拥有自己的硬件地址。
networks-driver-ipvlan = 容器使用虚拟机所在网络的地址。
networks-driver-overlay = 跨越 swarm 的多台主机。
networks-project = 项目
networks-scope = 范围
networks-created = 创建时间
networks-id = ID
networks-options = 选项
networks-labels = 标签
networks-sub = { $count ->
    [0] { $driver } · 无成员
   *[other] { $driver } · { $count } 个成员
}
networks-new = 新建
networks-new-title = 创建网络
networks-new-note = 其中的容器可以用名称互相访问。
networks-create = 创建
networks-create-failed = 无法创建网络。
networks-name-missing = 请填写名称。
networks-name-shape = 名称由字母、数字、_ . - 组成，并以字母或数字开头。
networks-name-taken = 已有名为 { $name } 的网络。
networks-connect = 连接容器
networks-connect-verb = 连接
networks-connect-title = 将容器连接到 { $name }
networks-connect-none = 所有容器都已在此网络或主机网络中。
networks-connect-failed = 无法将 { $name } 连接到 { $network }。
networks-connected = { $name } 已加入 { $network }。
networks-container = 容器
networks-alias = 别名
networks-alias-hint = 在该网络中的另一个名称。
networks-address = 地址
networks-address-next = 下一个空闲地址
networks-address-outside = 地址必须位于 { $subnet } 内。
networks-no-address = 运行后才有地址
networks-disconnect = 断开
networks-disconnect-name = 断开 { $name }
networks-disconnected = { $name } 已离开 { $network }。
networks-disconnect-failed = 无法将 { $name } 从 { $network } 断开。
networks-command-inspect = 查看详情
networks-remove = { $count ->
    [one] 删除
   *[other] 删除 { $count } 个
}
networks-remove-verb = 删除
networks-remove-ask = { $count ->
    [one] 删除网络 { $name }？
   *[other] 删除 { $count } 个网络？
}
networks-remove-kept = 另有 { $count } 个正在使用或属于引擎，将保留。
networks-removed = { $count ->
    [one] 已删除网络 { $name }。
   *[other] 已删除 { $count } 个网络。
}
networks-remove-failed = { $of ->
    [one] 无法删除网络 { $name }。
   *[other] { $of } 个网络中有 { $count } 个无法删除。
}
networks-prune = 清理
networks-prune-ask = 删除未使用的网络
networks-prune-note = 没有容器在其中，包括已停止的容器。
networks-prune-none = 所有网络都在使用，没有可清理的。
