//! The server itself, as far as it goes without the host's network.

use hickory_proto::{
    op::{Message, Query, ResponseCode},
    rr::{Name, RecordType},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

fn server() -> DnsServer {
    DnsServer::new(Arc::new(NetConfig::default()))
}

fn query(name: &str) -> Vec<u8> {
    let mut message = Message::query();
    let name = Name::from_ascii(name).unwrap();
    message.add_query(Query::query(name, RecordType::A));
    message.to_vec().unwrap()
}

fn framed(query: &[u8]) -> Vec<u8> {
    let length = u16::try_from(query.len()).unwrap();
    [&length.to_be_bytes()[..], query].concat()
}

#[tokio::test]
async fn an_answer_of_the_resolver_is_kept_for_the_other_family() {
    let server = server();
    let found = sys::Resolved::Found(vec!["192.0.2.7".parse().unwrap()]);
    server.cache.slot("shop.example").set(found).unwrap();
    let answer = server.answer(&query("Shop.example."), Transport::Udp).await;
    let answer = Message::from_vec(&answer.unwrap()).unwrap();
    assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
    assert_eq!(answer.answers.len(), 1);
}

#[tokio::test]
async fn several_queries_on_one_stream_are_answered_in_order() {
    let server = server();
    let (mut client, stream) = tokio::io::duplex(4096);
    let ask = async {
        let two = [
            framed(&query("host.docker.internal.")),
            framed(&query("localhost.")),
        ];
        client.write_all(&two.concat()).await.unwrap();
        client.shutdown().await.unwrap();
        let mut answers = Vec::new();
        client.read_to_end(&mut answers).await.unwrap();
        answers
    };
    let (answers, ()) = tokio::join!(ask, server.serve_stream(stream));
    let length = usize::from(u16::from_be_bytes([answers[0], answers[1]]));
    let (first, second) = (&answers[2..2 + length], &answers[4 + length..]);
    let name = |bytes| Message::from_vec(bytes).unwrap().queries[0].name.to_ascii();
    assert_eq!(name(first), "host.docker.internal.");
    assert_eq!(name(second), "localhost.");
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_is_closed_after_a_while() {
    let (mut client, stream) = tokio::io::duplex(64);
    client.write_all(&[0, 40, 1]).await.unwrap();
    server().serve_stream(stream).await;
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}
