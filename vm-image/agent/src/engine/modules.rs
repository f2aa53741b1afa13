//! Kernel modules of the root image. dockerd and containerd load what they
//! find missing; loading ahead, beside their start, takes it off their path.
use crate::{children::Children, console::say};

/// What the network and the first mount of containerd need.
pub(crate) const FIRST: &[&str] = &["tun", "overlay"];

/// What dockerd needs for its first network.
pub(crate) const NEXT: &[&str] = &[
    "nf_tables",
    "nft_compat",
    "nft_chain_nat",
    "bridge",
    "veth",
    "xt_conntrack",
    "xt_MASQUERADE",
    "xt_addrtype",
    "xt_nat",
    "xt_set",
    "ip_set_hash_net",
];

/// What some containers need and could not load themselves: loaded when the
/// engine runs, so as not to slow its start.
pub(crate) const LAST: &[&str] = &[
    "br_netfilter",
    "iptable_nat",
    "iptable_filter",
    "ip6table_nat",
    "ip6table_filter",
    "xt_comment",
    "xt_mark",
    "xt_multiport",
    "xt_statistic",
    "xt_tcpudp",
    "fuse",
    "loop",
    "macvlan",
    "ipvlan",
    "vxlan",
    "ip_vs",
    "binfmt_misc",
];

/// Loads modules; one that the kernel lacks or has built in is no error.
pub(crate) async fn load(children: &Children, names: &[&str]) {
    let arguments: Vec<&str> = ["-a", "-q", "-b"].iter().chain(names).copied().collect();
    if let Err(error) = children.run("modprobe", &arguments).await {
        say!("modprobe: {error}");
    }
}
