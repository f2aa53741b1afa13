# diagnostics: every message begins with "diagnostics-".
diagnostics-checks = Checks
diagnostics-logs = Berth’s own logs
diagnostics-again = Check again
diagnostics-copy = Copy report
diagnostics-failed = The checks could not be run.
diagnostics-summary = { $fail ->
    [0] { $warn ->
        [0] all fine
        [one] 1 warning
       *[other] { $warn } warnings
    }
    [one] 1 problem
   *[other] { $fail } problems
}
diagnostics-ok = Fine
diagnostics-warn = Could be better
diagnostics-fail = Problem
diagnostics-skip = Not checked
diagnostics-source = Log of
diagnostics-source-daemon = the daemon (berthd)
diagnostics-source-dockerd = Docker Engine
diagnostics-source-containerd = containerd
diagnostics-source-agent = the agent in the VM
diagnostics-source-kernel = the VM’s kernel
diagnostics-source-console = the VM’s console
diagnostics-source-qemu = the hypervisor program
diagnostics-pause = Pause
diagnostics-follow = Follow
diagnostics-copy-log = Copy
diagnostics-log-failed = This log could not be read.
