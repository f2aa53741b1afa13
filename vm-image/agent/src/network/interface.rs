//! Network devices by the old ioctls: a dozen calls, where netlink would need
//! a library.
use std::{
    ffi::c_ulong,
    fs::File,
    io, mem,
    net::{Ipv4Addr, Ipv6Addr},
    os::fd::{AsRawFd as _, OwnedFd},
};

use libc::{c_char, c_short, ifreq};
use rustix::net::{AddressFamily, SocketType, socket};

use super::MTU;

/// Name of the device.
pub(crate) const NAME: &str = "berth0";
const ADDRESS: Ipv4Addr = Ipv4Addr::new(198, 18, 6, 2);
const NETMASK: Ipv4Addr = Ipv4Addr::new(255, 255, 255, 0);
const GATEWAY: Ipv4Addr = Ipv4Addr::new(198, 18, 6, 1);
const ADDRESS_V6: Ipv6Addr = Ipv6Addr::new(0xfd6b, 0x6572, 0x7468, 0, 0, 0, 0, 2);
const GATEWAY_V6: Ipv6Addr = Ipv6Addr::new(0xfd6b, 0x6572, 0x7468, 0, 0, 0, 0, 1);

/// `struct in6_ifreq` of linux/ipv6.h, which libc lacks for some targets.
#[repr(C)]
struct AddressV6 {
    address: libc::in6_addr,
    prefix: u32,
    device: i32,
}

/// `struct in6_rtmsg` of linux/ipv6_route.h.
#[repr(C)]
struct RouteV6 {
    destination: libc::in6_addr,
    source: libc::in6_addr,
    gateway: libc::in6_addr,
    kind: u32,
    destination_length: u16,
    source_length: u16,
    metric: u32,
    info: c_ulong,
    flags: u32,
    device: i32,
}

/// Brings `lo` up.
pub(super) fn loopback() -> io::Result<()> {
    up(&socket(AddressFamily::INET, SocketType::DGRAM, None)?, "lo")
}

/// Makes the TUN device; it lives as long as the file is open.
pub(super) fn open_tun() -> io::Result<File> {
    let file = rustix::fs::open(
        "/dev/net/tun",
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC,
        rustix::fs::Mode::empty(),
    )?;
    let mut request = request(NAME);
    request.ifr_ifru.ifru_flags = flags(libc::IFF_TUN | libc::IFF_NO_PI)?;
    call(&file, libc::TUNSETIFF, &mut request)?;
    Ok(file.into())
}

/// Gives the device its MTU, addresses and default routes.
pub(super) fn configure() -> io::Result<()> {
    let v4 = socket(AddressFamily::INET, SocketType::DGRAM, None)?;
    let mut mtu = request(NAME);
    mtu.ifr_ifru.ifru_mtu = MTU;
    call(&v4, libc::SIOCSIFMTU, &mut mtu)?;
    for (code, address) in [
        (libc::SIOCSIFADDR, ADDRESS),
        (libc::SIOCSIFNETMASK, NETMASK),
    ] {
        let mut with_address = request(NAME);
        with_address.ifr_ifru.ifru_addr = socket_address(address);
        call(&v4, code, &mut with_address)?;
    }
    up(&v4, NAME)?;
    default_route(&v4)?;
    configure_v6(&v4)
}

fn default_route(socket: &OwnedFd) -> io::Result<()> {
    // SAFETY: all-zero is a valid rtentry: integers, addresses, a null pointer.
    let mut route: libc::rtentry = unsafe { mem::zeroed() };
    route.rt_dst = socket_address(Ipv4Addr::UNSPECIFIED);
    route.rt_genmask = socket_address(Ipv4Addr::UNSPECIFIED);
    route.rt_gateway = socket_address(GATEWAY);
    route.rt_flags = libc::RTF_UP | libc::RTF_GATEWAY;
    call(socket, libc::SIOCADDRT, &mut route)
}

fn configure_v6(v4: &OwnedFd) -> io::Result<()> {
    let mut index = request(NAME);
    call(v4, libc::SIOCGIFINDEX, &mut index)?;
    // SAFETY: the kernel has filled the index in.
    let device = unsafe { index.ifr_ifru.ifru_ifindex };
    let v6 = socket(AddressFamily::INET6, SocketType::DGRAM, None)?;
    let mut address = AddressV6 {
        address: in6(ADDRESS_V6),
        prefix: 64,
        device,
    };
    call(&v6, libc::SIOCSIFADDR, &mut address)?;
    let mut route = RouteV6 {
        destination: in6(Ipv6Addr::UNSPECIFIED),
        source: in6(Ipv6Addr::UNSPECIFIED),
        gateway: in6(GATEWAY_V6),
        kind: 0,
        destination_length: 0,
        source_length: 0,
        metric: 1,
        info: 0,
        flags: u32::from(libc::RTF_UP | libc::RTF_GATEWAY),
        device,
    };
    call(&v6, libc::SIOCADDRT, &mut route)
}

fn up(socket: &OwnedFd, name: &str) -> io::Result<()> {
    let mut request = request(name);
    request.ifr_ifru.ifru_flags = flags(libc::IFF_UP | libc::IFF_RUNNING)?;
    call(socket, libc::SIOCSIFFLAGS, &mut request)
}

fn request(name: &str) -> ifreq {
    // SAFETY: all-zero is a valid ifreq: bytes and a union of plain data.
    let mut request: ifreq = unsafe { mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *to = c_char::from_ne_bytes([from]);
    }
    request
}

fn flags(flags: i32) -> io::Result<c_short> {
    c_short::try_from(flags).map_err(io::Error::other)
}

fn socket_address(address: Ipv4Addr) -> libc::sockaddr {
    let [a, b, c, d] = address.octets().map(|byte| c_char::from_ne_bytes([byte]));
    // struct sockaddr_in: two bytes of port, then the address, then padding.
    libc::sockaddr {
        sa_family: libc::sa_family_t::try_from(libc::AF_INET).unwrap_or_default(),
        sa_data: [0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0],
    }
}

fn in6(address: Ipv6Addr) -> libc::in6_addr {
    libc::in6_addr {
        s6_addr: address.octets(),
    }
}

fn call<T>(file: &OwnedFd, code: c_ulong, argument: &mut T) -> io::Result<()> {
    // SAFETY: every caller pairs a code with the structure that the kernel
    // reads and writes for it, and the reference outlives the call.
    let result = unsafe { libc::ioctl(file.as_raw_fd(), code, std::ptr::from_mut(argument)) };
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
