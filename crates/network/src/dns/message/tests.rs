use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::{any, prop, proptest};

use super::*;

fn query(name: &str, kind: RecordType) -> Message {
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    message
}

fn decide_on(message: &Message) -> Decision {
    decide(&message.to_vec().unwrap(), &NetConfig::default())
}

fn question(message: &Message) -> Question {
    Question {
        metadata: message.metadata,
        query: message.queries[0].clone(),
        payload: message.edns.as_ref().map(Edns::max_payload),
    }
}

fn check_reply(name: &str, kind: RecordType, code: ResponseCode, data: &[RData]) {
    match decide_on(&query(name, kind)) {
        Decision::Reply(_, reply) => {
            assert_eq!((reply.code, &reply.data[..]), (code, data), "{name} {kind}")
        }
        other => panic!("{name} {kind}: {other:?}"),
    }
}

#[test]
fn names_of_the_host_are_the_gateway_in_any_case() {
    let config = NetConfig::default();
    let v4 = [RData::A(A(config.gateway_v4))];
    let v6 = [RData::AAAA(AAAA(config.gateway_v6))];
    for name in [
        "host.docker.internal.",
        "HOST.Docker.internal.",
        "gateway.docker.internal.",
        "host.berth.internal.",
        "host.containers.internal.",
    ] {
        check_reply(name, RecordType::A, ResponseCode::NoError, &v4);
        check_reply(name, RecordType::AAAA, ResponseCode::NoError, &v6);
    }
}

#[test]
fn names_of_the_host_have_no_other_records() {
    for kind in [RecordType::MX, RecordType::TXT, RecordType::HTTPS] {
        check_reply("host.docker.internal.", kind, ResponseCode::NoError, &[]);
    }
}

#[test]
fn localhost_means_the_asking_machine() {
    let v4 = [RData::A(A(Ipv4Addr::LOCALHOST))];
    let v6 = [RData::AAAA(AAAA(Ipv6Addr::LOCALHOST))];
    check_reply("localhost.", RecordType::A, ResponseCode::NoError, &v4);
    check_reply("a.localhost.", RecordType::AAAA, ResponseCode::NoError, &v6);
}

#[test]
fn addresses_are_looked_up_by_the_plain_name() {
    for kind in [RecordType::A, RecordType::AAAA] {
        match decide_on(&query("Shop.Example.", kind)) {
            Decision::Lookup(_, name) => assert_eq!(name, "shop.example"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_would_be_taken_for_an_address_does_not_exist() {
    for name in ["1.2.3.4.", "127.1.", "0x7f.0x1.", "2130706433."] {
        check_reply(name, RecordType::A, ResponseCode::NXDomain, &[]);
    }
}

#[test]
fn other_types_and_odd_names_are_forwarded() {
    let odd = Name::from_labels([&b"a b"[..], b"example"]).unwrap();
    let mut message = Message::query();
    message.add_query(Query::query(odd, RecordType::A));
    assert!(matches!(decide_on(&message), Decision::Forward(_)));
    for kind in [
        RecordType::MX,
        RecordType::TXT,
        RecordType::SRV,
        RecordType::NS,
    ] {
        let message = query("example.org.", kind);
        assert!(
            matches!(decide_on(&message), Decision::Forward(_)),
            "{kind}"
        );
    }
    let service = query("b._dns-sd._udp.example.", RecordType::PTR);
    assert!(matches!(decide_on(&service), Decision::Forward(_)));
}

#[test]
fn the_gateways_address_has_the_hosts_name() {
    let name = RData::PTR(PTR(Name::from_ascii("host.docker.internal.").unwrap()));
    for reverse in [
        "1.6.18.198.in-addr.arpa.",
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.6.4.7.2.7.5.6.b.6.d.f.ip6.arpa.",
    ] {
        let data = [name.clone()];
        check_reply(reverse, RecordType::PTR, ResponseCode::NoError, &data);
    }
}

#[test]
fn outside_addresses_are_reversed_by_the_host_and_private_ones_of_it_are_not() {
    match decide_on(&query("1.2.0.192.in-addr.arpa.", RecordType::PTR)) {
        Decision::Reverse(_, address) => assert_eq!(address, Ipv4Addr::new(192, 0, 2, 1)),
        other => panic!("{other:?}"),
    }
    let loopback = "1.0.0.127.in-addr.arpa.";
    check_reply(loopback, RecordType::PTR, ResponseCode::NXDomain, &[]);
}

#[test]
fn a_name_without_the_asked_family_exists_all_the_same() {
    let config = NetConfig::default();
    let asked = question(&query("a.example.", RecordType::AAAA));
    let found = Resolved::Found(vec![Ipv4Addr::new(192, 0, 2, 1).into()]);
    let reply = addresses_reply(&asked, found, &config);
    assert_eq!(reply, Reply::found(Vec::new()));
    for (resolved, code) in [
        (Resolved::NoData, ResponseCode::NoError),
        (Resolved::NoSuchName, ResponseCode::NXDomain),
        (Resolved::Failed, ResponseCode::ServFail),
    ] {
        assert_eq!(addresses_reply(&asked, resolved, &config).code, code);
    }
}

#[test]
fn a_name_of_the_hosts_loopback_becomes_the_gateway() {
    let config = NetConfig::default();
    let asked = question(&query("shop.test.", RecordType::A));
    let found = Resolved::Found(vec![Ipv4Addr::new(127, 0, 1, 1).into()]);
    let reply = addresses_reply(&asked, found, &config);
    assert_eq!(reply.data, [RData::A(A(config.gateway_v4))]);
}

#[test]
fn the_answer_repeats_identifier_question_and_case() {
    let message = query("MiXed.example.", RecordType::A);
    let reply = Reply::found(vec![RData::A(A::new(192, 0, 2, 1))]);
    let bytes = encode(&question(&message), &reply, Transport::Udp).unwrap();
    let answer = Message::from_vec(&bytes).unwrap();
    assert_eq!(answer.metadata.id, message.metadata.id);
    assert_eq!(answer.metadata.message_type, MessageType::Response);
    assert!(answer.metadata.recursion_available && answer.metadata.recursion_desired);
    assert_eq!(answer.queries[0].name.to_ascii(), "MiXed.example.");
    assert!(answer.answers[0].ttl <= 30);
    assert!(answer.edns.is_none());
}

#[test]
fn long_answers_are_cut_only_where_they_do_not_fit() {
    let reply = Reply::found((0..60).map(|i| RData::A(A::new(192, 0, 2, i))).collect());
    let plain = query("many.example.", RecordType::A);
    let mut large = plain.clone();
    large.edns = Some(Edns::new());
    large.edns.as_mut().unwrap().set_max_payload(1232);
    for (message, transport, cut) in [
        (&plain, Transport::Udp, true),
        (&large, Transport::Udp, false),
        (&plain, Transport::Tcp, false),
    ] {
        let bytes = encode(&question(message), &reply, transport).unwrap();
        let answer = Message::from_vec(&bytes).unwrap();
        assert_eq!(answer.metadata.truncation, cut);
        assert_eq!(answer.answers.is_empty(), cut);
        assert_eq!(answer.edns.is_some(), message.edns.is_some());
    }
}

#[test]
fn a_forwarded_answer_is_passed_on_or_cut_or_a_failure() {
    let asked = question(&query("example.org.", RecordType::TXT));
    let forward = |response| forwarded(&asked, response, Transport::Udp).unwrap();
    assert_eq!(forward(Some(vec![1; 512])), vec![1; 512]);
    let cut = Message::from_vec(&forward(Some(vec![1; 513]))).unwrap();
    assert!(cut.metadata.truncation);
    let failure = Message::from_vec(&forward(None)).unwrap();
    assert_eq!(failure.metadata.response_code, ResponseCode::ServFail);
}

#[test]
fn noise_and_answers_are_ignored_and_bad_queries_are_told_so() {
    let config = NetConfig::default();
    assert!(matches!(decide(b"", &config), Decision::Ignore));
    assert!(matches!(decide(&[0; 11], &config), Decision::Ignore));
    let response = Message::response(1, OpCode::Query);
    assert!(matches!(decide_on(&response), Decision::Ignore));
    for bad in [Message::query().to_vec().unwrap(), vec![0x7f; 40]] {
        let Decision::Answer(bytes) = decide(&bad, &config) else {
            panic!("not answered");
        };
        let answer = Message::from_vec(&bytes).unwrap();
        assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
        assert_eq!(bytes[..2], bad[..2]);
    }
}

#[test]
fn what_a_resolver_does_not_do_is_denied() {
    let mut notify = query("example.org.", RecordType::SOA);
    notify.metadata.op_code = OpCode::Notify;
    let mut chaos = query("version.bind.", RecordType::TXT);
    chaos.queries[0].query_class = DNSClass::CH;
    for (message, code) in [
        (notify, ResponseCode::NotImp),
        (chaos, ResponseCode::Refused),
        (
            query("example.org.", RecordType::AXFR),
            ResponseCode::Refused,
        ),
    ] {
        match decide_on(&message) {
            Decision::Reply(_, reply) => assert_eq!(reply.code, code),
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_decision(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        flips in prop::collection::vec((0usize..60, any::<u8>()), 0..6),
    ) {
        let config = NetConfig::default();
        decide(&bytes, &config);
        let mut valid = query("host.docker.internal.", RecordType::A).to_vec().unwrap();
        for (at, byte) in flips {
            let length = valid.len();
            valid[at % length] = byte;
        }
        if let Decision::Reply(question, reply) = decide(&valid, &config) {
            encode(&question, &reply, Transport::Udp).unwrap();
        }
    }
}
