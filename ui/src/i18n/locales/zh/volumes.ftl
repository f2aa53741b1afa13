# volumes: every message begins with "volumes-".
volumes-filter = 筛选卷
volumes-none = 还没有卷。容器删除后，卷仍保留容器写入的内容。
volumes-unmatched = 没有符合筛选条件的卷。
volumes-gone = 卷 { $name } 已不存在。
volumes-name = 名称
volumes-used-by = 使用者
volumes-unused = 未使用
volumes-unused-hint = 没有容器挂载它。
volumes-size = 大小
volumes-project = 项目
volumes-driver = 驱动
volumes-created = 创建时间
volumes-mountpoint = 虚拟机内位置
volumes-kind = 类型
volumes-named = 具名
volumes-anonymous = 匿名
volumes-anonymous-hint = 匿名：为某个容器创建，没有名称
volumes-options = 选项
volumes-options-hint = 每行一个 NAME=值，供驱动使用。
volumes-labels = 标签
volumes-writable = 读写
volumes-read-only = 只读
volumes-overview = 概览
volumes-files = 文件
volumes-sub = { $count ->
    [0] { $driver } · 未使用
   *[other] { $driver } · { $count } 处挂载
}
volumes-measure = 测量大小
volumes-measure-all = 测量大小
volumes-measure-failed = 无法测量卷的大小。
volumes-new = 新建
volumes-new-title = 创建卷
volumes-new-note = 按名称挂载它的容器共享其中的内容。
volumes-create = 创建
volumes-create-failed = 无法创建卷。
volumes-name-generated = 自动生成
volumes-name-missing = 请填写名称。
volumes-name-shape = 名称至少两个字符，由字母、数字、_ . - 组成，并以字母或数字开头。
volumes-name-taken = 已有名为 { $name } 的卷。
volumes-new-name = 新卷名称
volumes-browse = 浏览文件
volumes-command-inspect = 查看详情
volumes-clone = 克隆
volumes-clone-title = 克隆 { $name }
volumes-clone-note = 磁盘支持共享块时克隆即刻完成。要得到一致的副本，请先停止写入者。
volumes-clone-failed = 无法克隆 { $name }。
volumes-export = 导出
volumes-export-title = 导出 { $name }
volumes-export-note = 将其中的文件写入本机的归档。
volumes-export-failed = 无法导出 { $name }。
volumes-import = 导入
volumes-import-into = 导入到此卷
volumes-import-title = 将归档导入 { $name }
volumes-import-new-title = 将归档导入新卷
volumes-import-note = 卷必须是新的或空的。
volumes-import-failed = 无法将归档导入 { $name }。
volumes-archive = 归档
volumes-archive-hint = .tar、.tar.gz 或 .tar.zst。
volumes-archive-choose = 选择归档
volumes-folder = 文件夹
volumes-folder-choose = 选择归档存放位置
volumes-file-name = 文件名
volumes-file-hint = .tar、.tar.gz 或 .tar.zst：后缀决定打包方式。
volumes-file-bad = 文件名必须以 .tar、.tar.gz 或 .tar.zst 结尾。
volumes-empty = 清空
volumes-empty-ask = 删除 { $name } 中的所有文件？
volumes-empty-note = 卷会保留，文件无法恢复。
volumes-empty-used = { $names } 可能正在使用这些文件。
volumes-empty-detail = 其中的所有文件
volumes-empty-verb = 清空
volumes-empty-failed = 无法清空 { $name }。
volumes-remove = { $count ->
    [one] 删除
   *[other] 删除 { $count } 个
}
volumes-remove-verb = 删除
volumes-remove-ask = { $count ->
    [one] 删除卷 { $name }？
   *[other] 删除 { $count } 个卷？
}
volumes-remove-note = 其中的文件无法恢复。
volumes-remove-kept = 另有 { $count } 个正在使用，将保留。
volumes-removed = { $count ->
    [one] 已删除卷 { $name }。
   *[other] 已删除 { $count } 个卷。
}
volumes-remove-failed = { $of ->
    [one] 无法删除卷 { $name }。
   *[other] { $of } 个卷中有 { $count } 个无法删除。
}
volumes-prune = 清理
volumes-prune-ask = 删除未使用的卷
volumes-prune-note = 没有容器挂载它们，包括已停止的容器。
volumes-prune-named = 包括具名卷
volumes-prune-named-hint = 有人为它们命名，也许是想保留。
volumes-prune-none = 所有卷都在使用，没有可清理的。
volumes-task-clone_volume = 克隆
volumes-task-export_volume = 导出
volumes-task-import_volume = 导入
volumes-task-empty_volume = 清空
volumes-browse-failed = 无法读取文件。
volumes-browse-helper = 没有容器挂载它。为读取文件，会创建一个挂载它但不启动的容器，离开时删除。
