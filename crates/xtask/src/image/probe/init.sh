#!/bin/busybox sh
# Init of a probe: says on the console when each step is done.
say() { echo "probe: $*"; }
b=/bin/busybox
say "init runs"
$b mount -t devtmpfs none /dev
$b mount -t proc none /proc
$b mount -t sysfs none /sys
while read -r module; do $b insmod "/modules/$module"; done < /modules/load
say "early modules loaded"
$b mount -t @ROOT_FILESYSTEM@ -o ro /dev/vda /root
for folder in dev proc sys; do $b mount -o bind /$folder /root/$folder; done
$b mount -t tmpfs none /root/run
$b mount -t tmpfs none /root/tmp
say "root mounted"
# Full names: busybox takes its own applets before programs on the path.
in_root() { $b chroot /root "$@" 2>&1; }
first() { say "$(in_root "$@" | $b head -n 1)"; }
first /usr/sbin/dockerd --version
first /usr/bin/containerd --version
first /usr/bin/runc --version
first /usr/bin/docker --version
in_root /usr/sbin/modprobe xfs && say "xfs loaded"
in_root /usr/sbin/modprobe -a overlay bridge br_netfilter veth nft_compat xt_MASQUERADE tun &&
  say "modules of the engine loaded"
first /usr/sbin/iptables -t nat -S POSTROUTING
first /usr/sbin/ip6tables -t nat -S POSTROUTING
in_root /usr/sbin/modprobe iptable_nat
first /usr/sbin/iptables-legacy -t nat -S POSTROUTING
$b truncate -s 1G /root/tmp/disk
say "$(in_root /usr/sbin/mkfs.xfs -q /tmp/disk && echo mkfs.xfs works)"
say "$(in_root /usr/sbin/xfs_repair -n /tmp/disk >/dev/null && echo xfs_repair works)"
first /usr/bin/docker buildx version
first /usr/bin/docker compose version
first /usr/bin/git --version
first /usr/bin/ps --version
first /usr/bin/pigz --version
first /usr/bin/xz --version
first /usr/bin/ssh -V
first /usr/bin/docker-init --version
say "git over HTTPS: $(in_root /usr/bin/git ls-remote https://127.0.0.1/ 2>&1 | $b head -n 1)"
say done
# The kernel panics when init ends.
while :; do $b sleep 60; done
