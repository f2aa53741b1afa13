//! What to do with a query, and how the answer looks: pure functions.

use std::net::IpAddr;

use hickory_proto::{
    op::{Edns, Message, MessageType, Metadata, OpCode, Query, ResponseCode},
    rr::{
        DNSClass, Name, RData, Record, RecordType,
        rdata::{A, AAAA, PTR},
    },
};

use super::Transport;
use crate::{
    config::NetConfig,
    route::{self, Route},
    sys::{Addresses, Resolved},
};

/// Seconds an answer counts in the guest; short, because names of the host come
/// and go with its VPNs.
const TTL: u32 = 5;

/// The longest answer over UDP that isn't cut: larger ones would be fragments
/// with some, but the way from here to the guest is one large packet.
const UDP_PAYLOAD: u16 = 4096;

/// The shortest that every client takes over UDP (RFC 1035, 4.2.1).
const UDP_PAYLOAD_PLAIN: u16 = 512;

/// A query that is to be answered.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    metadata: Metadata,
    query: Query,
    /// Largest answer over UDP, when the client said so.
    payload: Option<u16>,
}

/// What becomes of a query.
#[derive(Debug)]
pub(crate) enum Decision {
    /// Not even an error: an answer to noise, or to an answer, helps nobody.
    Ignore,
    /// These very bytes.
    Answer(Vec<u8>),
    Reply(Question, Reply),
    /// Ask the host's resolver for the addresses of this name.
    Lookup(Question, String),
    /// Ask the host's resolver for the name of this address.
    Reverse(Question, IpAddr),
    /// Ask the host's nameservers.
    Forward(Question),
}

/// An answer before it is encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: ResponseCode,
    pub(crate) data: Vec<RData>,
}

impl Reply {
    fn found(data: Vec<RData>) -> Self {
        let code = ResponseCode::NoError;
        Self { code, data }
    }

    fn error(code: ResponseCode) -> Self {
        let data = Vec::new();
        Self { code, data }
    }

    /// The reply that a reverse lookup amounts to.
    pub(crate) fn from_name(resolved: Resolved<String>) -> Self {
        match resolved {
            Resolved::Found(name) => match Name::from_ascii(&name) {
                Ok(mut name) => {
                    name.set_fqdn(true);
                    Self::found(vec![RData::PTR(PTR(name))])
                }
                Err(_) => Self::error(ResponseCode::ServFail),
            },
            Resolved::NoData => Self::found(Vec::new()),
            Resolved::NoSuchName => Self::error(ResponseCode::NXDomain),
            Resolved::Failed => Self::error(ResponseCode::ServFail),
        }
    }
}

/// Decides on the bytes of a query.
pub(crate) fn decide(query: &[u8], config: &NetConfig) -> Decision {
    let Ok(message) = Message::from_vec(query) else {
        return malformed(query);
    };
    if message.metadata.message_type != MessageType::Query {
        return Decision::Ignore;
    }
    let [question] = &message.queries[..] else {
        return malformed(query);
    };
    let question = Question {
        metadata: message.metadata,
        query: question.clone(),
        payload: message.edns.as_ref().map(Edns::max_payload),
    };
    if message.metadata.op_code != OpCode::Query {
        return Decision::Reply(question, Reply::error(ResponseCode::NotImp));
    }
    if question.query.query_class != DNSClass::IN {
        return Decision::Reply(question, Reply::error(ResponseCode::Refused));
    }
    decide_type(question, config)
}

/// A format error, when there is a header to answer to.
fn malformed(query: &[u8]) -> Decision {
    match query {
        &[id0, id1, flags, _, ..] if query.len() >= 12 && flags & 0x80 == 0 => {
            let id = u16::from_be_bytes([id0, id1]);
            let message = Message::error_msg(id, OpCode::Query, ResponseCode::FormErr);
            message.to_vec().map_or(Decision::Ignore, Decision::Answer)
        }
        _ => Decision::Ignore,
    }
}

fn decide_type(question: Question, config: &NetConfig) -> Decision {
    let name = plain_name(&question.query.name);
    let kind = question.query.query_type;
    if let Some(own) = own_addresses(&name, config) {
        let reply = of_type(kind, own);
        return Decision::Reply(question, reply);
    }
    match kind {
        RecordType::A | RecordType::AAAA if !is_host_name(&name) => Decision::Forward(question),
        RecordType::A | RecordType::AAAA if looks_numeric(&name) => {
            Decision::Reply(question, Reply::error(ResponseCode::NXDomain))
        }
        RecordType::A | RecordType::AAAA => Decision::Lookup(question, name),
        RecordType::PTR => decide_reverse(question, config),
        // A zone transfer makes no sense to a resolver.
        RecordType::AXFR | RecordType::IXFR => {
            Decision::Reply(question, Reply::error(ResponseCode::Refused))
        }
        _ => Decision::Forward(question),
    }
}

fn decide_reverse(question: Question, config: &NetConfig) -> Decision {
    let Some(address) = reverse_address(&question.query.name) else {
        // Such as the service names of multicast DNS.
        return Decision::Forward(question);
    };
    match route::route(config, address) {
        Route::Gateway | Route::Dns => {
            let name = config.host_names.first().cloned();
            let resolved = name.map_or(Resolved::NoSuchName, Resolved::Found);
            Decision::Reply(question, Reply::from_name(resolved))
        }
        Route::Outside => Decision::Reverse(question, address),
        Route::Unreachable | Route::Refused | Route::Nowhere => {
            Decision::Reply(question, Reply::error(ResponseCode::NXDomain))
        }
    }
}

fn reverse_address(name: &Name) -> Option<IpAddr> {
    let mut name = name.clone();
    name.set_fqdn(true);
    let net = name.parse_arpa_name().ok()?;
    (net.prefix_len() == net.max_prefix_len()).then(|| net.addr())
}

/// The name in lower case without its trailing dot.
fn plain_name(name: &Name) -> String {
    let mut name = name.to_lowercase();
    name.set_fqdn(false);
    name.to_ascii()
}

/// Addresses of the names that are answered here: ours, and `localhost`, which
/// means the asking machine (RFC 6761, 6.3).
fn own_addresses(name: &str, config: &NetConfig) -> Option<[IpAddr; 2]> {
    let matches = |own: &String| own.eq_ignore_ascii_case(name);
    if config.host_names.iter().any(matches) {
        return Some([config.gateway_v4.into(), config.gateway_v6.into()]);
    }
    (name == "localhost" || name.ends_with(".localhost")).then(|| {
        [
            std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::Ipv6Addr::LOCALHOST.into(),
        ]
    })
}

/// What the host's resolver takes for a name rather than for an error.
fn is_host_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The host's resolver would read `1.2.3.4`, `127.1` or `0x7f.1` as an address;
/// in DNS they are names of a top level domain that doesn't exist.
fn looks_numeric(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let hex = last.strip_prefix("0x");
    match hex {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => last.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn of_type(kind: RecordType, addresses: impl IntoIterator<Item = IpAddr>) -> Reply {
    let data = addresses.into_iter().filter_map(|address| match address {
        IpAddr::V4(v4) if kind == RecordType::A => Some(RData::A(A(v4))),
        IpAddr::V6(v6) if kind == RecordType::AAAA => Some(RData::AAAA(AAAA(v6))),
        _ => None,
    });
    Reply::found(data.collect())
}

/// The reply that a lookup of addresses amounts to. A name of the host that
/// means its loopback (`127.0.0.1 shop.test` in its hosts file) is to mean the
/// host in a container too, so it becomes the gateway.
pub(crate) fn addresses_reply(question: &Question, found: Addresses, config: &NetConfig) -> Reply {
    let mut addresses = match found {
        Resolved::Found(addresses) => addresses,
        Resolved::NoData => return Reply::found(Vec::new()),
        Resolved::NoSuchName => return Reply::error(ResponseCode::NXDomain),
        Resolved::Failed => return Reply::error(ResponseCode::ServFail),
    };
    for address in &mut addresses {
        if address.is_loopback() {
            *address = config.gateway_for(*address);
        }
    }
    addresses.dedup();
    of_type(question.query.query_type, addresses)
}

/// The bytes of a reply, cut short if they are too many.
pub(crate) fn encode(question: &Question, reply: &Reply, transport: Transport) -> Option<Vec<u8>> {
    let mut message = empty_response(question, reply.code);
    let name = &question.query.name;
    message.add_answers(
        reply
            .data
            .iter()
            .map(|data| Record::from_rdata(name.clone(), TTL, data.clone())),
    );
    let bytes = message.to_vec().ok()?;
    if bytes.len() <= room(question, transport) {
        return Some(bytes);
    }
    message.truncate().to_vec().ok()
}

/// The response of a nameserver, cut short if the client can't take all of it;
/// a failure if there is none.
pub(crate) fn forwarded(
    question: &Question,
    response: Option<Vec<u8>>,
    transport: Transport,
) -> Option<Vec<u8>> {
    match response {
        Some(bytes) if bytes.len() <= room(question, transport) => Some(bytes),
        Some(_) => {
            let message = empty_response(question, ResponseCode::NoError);
            message.truncate().to_vec().ok()
        }
        None => {
            let failure = Reply::error(ResponseCode::ServFail);
            encode(question, &failure, transport)
        }
    }
}

fn empty_response(question: &Question, code: ResponseCode) -> Message {
    let mut message = Message::response(question.metadata.id, question.metadata.op_code);
    message.metadata = Metadata::response_from_request(&question.metadata);
    message.metadata.recursion_available = true;
    message.metadata.response_code = code;
    message.add_query(question.query.clone());
    if question.payload.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_PAYLOAD);
        message.set_edns(edns);
    }
    message
}

/// Bytes that the client takes.
fn room(question: &Question, transport: Transport) -> usize {
    let room = match (transport, question.payload) {
        (Transport::Tcp, _) => u16::MAX,
        (Transport::Udp, Some(payload)) => payload.clamp(UDP_PAYLOAD_PLAIN, UDP_PAYLOAD),
        (Transport::Udp, None) => UDP_PAYLOAD_PLAIN,
    };
    room.into()
}

#[cfg(test)]
mod tests;
