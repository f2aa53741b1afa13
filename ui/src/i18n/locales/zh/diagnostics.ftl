# diagnostics: every message begins with "diagnostics-".
diagnostics-checks = 检查
diagnostics-logs = Berth 自身日志
diagnostics-again = 重新检查
diagnostics-copy = 复制报告
diagnostics-failed = 无法运行检查。
diagnostics-summary = { $fail ->
    [0] { $warn ->
        [0] 一切正常
       *[other] { $warn } 个警告
    }
   *[other] { $fail } 个问题
}
diagnostics-ok = 正常
diagnostics-warn = 可改进
diagnostics-fail = 问题
diagnostics-skip = 未检查
diagnostics-source = 日志来源
diagnostics-source-daemon = 守护进程 (berthd)
diagnostics-source-dockerd = Docker Engine
diagnostics-source-containerd = containerd
diagnostics-source-agent = 虚拟机代理
diagnostics-source-kernel = 虚拟机内核
diagnostics-source-console = 虚拟机控制台
diagnostics-source-qemu = 虚拟机监控程序
diagnostics-pause = 暂停
diagnostics-follow = 跟随
diagnostics-copy-log = 复制
diagnostics-log-failed = 无法读取此日志。
