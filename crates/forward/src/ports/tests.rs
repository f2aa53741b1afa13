use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use berth_link::{
    BoxStream, DialFuture, Dialer, frame,
    proto::{ExposeReply, ExposeRequest, GuestService, Transport},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinHandle,
};

use super::{ExposeError, Owner, Ports, serve_expose};
use crate::testing::{failing, pipes, resetting};

/// A free port of `ip`. Tests run at once: each has a loopback address of its
/// own, made from the process ID and the line that asks.
async fn free(transport: Transport, ip: IpAddr) -> SocketAddr {
    let any = SocketAddr::new(ip, 0);
    match transport {
        Transport::Tcp => TcpListener::bind(any).await.unwrap().local_addr().unwrap(),
        Transport::Udp => UdpSocket::bind(any).await.unwrap().local_addr().unwrap(),
    }
}

fn own_ip(line: u32) -> IpAddr {
    let [.., high, low] = std::process::id().to_be_bytes();
    let last = u8::try_from(line % 250).unwrap() + 2;
    Ipv4Addr::new(127, high | 1, low, last).into()
}

fn request(transport: Transport, host: SocketAddr) -> ExposeRequest {
    let target = "172.17.0.2:80".parse().unwrap();
    ExposeRequest {
        transport,
        host,
        target,
    }
}

async fn tcp_request(line: u32) -> ExposeRequest {
    request(Transport::Tcp, free(Transport::Tcp, own_ip(line)).await)
}

async fn udp_request(line: u32) -> ExposeRequest {
    request(Transport::Udp, free(Transport::Udp, own_ip(line)).await)
}

async fn run(ports: &Ports, request: ExposeRequest, dialer: Arc<dyn Dialer>) -> JoinHandle<()> {
    let exposure = ports.expose(request, dialer).await.unwrap();
    tokio::spawn(exposure.run())
}

/// A guest whose every TCP stream goes to one server on this host.
struct Server(SocketAddr);

impl Dialer for Server {
    fn dial(&self, _: GuestService) -> DialFuture<'_> {
        let address = self.0;
        Box::pin(async move { Ok(Box::new(TcpStream::connect(address).await?) as BoxStream) })
    }
}

#[tokio::test]
async fn a_connection_reaches_the_guest_and_keeps_its_half_closes() {
    let (dialer, mut dialed) = pipes();
    let ports = Ports::new();
    let request = tcp_request(line!()).await;
    let _running = run(&ports, request, dialer).await;
    let mut client = TcpStream::connect(request.host).await.unwrap();
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    let (service, mut guest) = dialed.recv().await.unwrap();
    let target = request.target;
    assert_eq!(service, GuestService::Tcp { target });
    let mut text = String::new();
    guest.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "question");
    guest.write_all(b"answer").await.unwrap();
    guest.shutdown().await.unwrap();
    text.clear();
    client.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "answer");
    // The other end of the pipe is closed when the relay is over.
    while guest.write_all(b"x").await.is_ok() {}
    let port = &ports.list()[0];
    assert_eq!((port.request, port.total, port.failed), (request, 1, 0));
    assert_eq!((port.bytes_to_guest, port.bytes_from_guest), (8, 6));
}

#[tokio::test]
async fn an_address_is_free_as_soon_as_its_exposure_is_dropped() {
    let ports = Ports::new();
    for transport in [Transport::Tcp, Transport::Udp] {
        let request = request(transport, free(transport, own_ip(line!())).await);
        let exposure = ports.expose(request, failing()).await.unwrap();
        assert_eq!(ports.list().len(), 1);
        drop(exposure);
        assert!(ports.list().is_empty());
        let mut exposure = Box::pin(ports.expose(request, failing()).await.unwrap().run());
        // One poll puts the socket into the loop.
        assert!(futures_pending(&mut exposure).await);
        drop(exposure);
        drop(ports.expose(request, failing()).await.unwrap());
    }
}

async fn futures_pending(future: &mut (impl Future<Output = ()> + Unpin)) -> bool {
    tokio::select! {
        biased;
        () = future => false,
        () = std::future::ready(()) => true,
    }
}

#[tokio::test]
async fn a_conflict_names_this_process_and_its_id() {
    let pid = std::process::id();
    let ports = Ports::new();
    let held = TcpListener::bind((own_ip(line!()), 0)).await.unwrap();
    let request = request(Transport::Tcp, held.local_addr().unwrap());
    let error = ports.expose(request, failing()).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("{}/tcp is already in use by ", request.host)),
        "{text}"
    );
    assert!(text.ends_with(&format!("(PID {pid})")), "{text}");
    assert!(ports.list().is_empty());
    drop(held);
    ports.expose(request, failing()).await.unwrap();
}

#[tokio::test]
async fn a_udp_conflict_is_found_as_well() {
    let held = UdpSocket::bind((own_ip(line!()), 0)).await.unwrap();
    let request = request(Transport::Udp, held.local_addr().unwrap());
    let error = Ports::new().expose(request, failing()).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.ends_with(&format!("(PID {})", std::process::id())),
        "{text}"
    );
}

#[tokio::test]
async fn all_addresses_conflict_with_one_of_them_and_the_other_way_round() {
    let one = TcpListener::bind((own_ip(line!()), 0)).await.unwrap();
    let port = one.local_addr().unwrap().port();
    let all = request(Transport::Tcp, (Ipv4Addr::UNSPECIFIED, port).into());
    let error = Ports::new().expose(all, failing()).await.unwrap_err();
    assert!(matches!(error, ExposeError::InUse { .. }), "{error}");

    let all = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = all.local_addr().unwrap().port();
    let one = request(Transport::Tcp, (own_ip(line!()), port).into());
    let error = Ports::new().expose(one, failing()).await.unwrap_err();
    assert!(
        matches!(
            error,
            ExposeError::InUse {
                owner: Owner::Program { .. },
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_port_of_another_container_is_waited_for_and_then_named() {
    let ports = Ports::new();
    let request = tcp_request(line!()).await;
    let first = ports.expose(request, failing()).await.unwrap();
    let error = ports.expose(request, failing()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("another container (172.17.0.2:80"),
        "{error}"
    );

    let (again, ()) = tokio::join!(ports.expose(request, failing()), async {
        tokio::task::yield_now().await;
        drop(first);
    });
    again.unwrap();
}

#[tokio::test]
async fn clients_may_connect_as_soon_as_the_port_is_bound() {
    let server = TcpListener::bind((own_ip(line!()), 0)).await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = server.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = client.split();
                tokio::io::copy(&mut read, &mut write).await
            });
        }
    });
    for round in 0..50_u32 {
        let request = tcp_request(line!()).await;
        let exposure = Ports::new()
            .expose(request, Arc::new(Server(address)))
            .await
            .unwrap();
        let mut client = TcpStream::connect(request.host).await.unwrap();
        let _running = tokio::spawn(exposure.run());
        client.write_u32(round).await.unwrap();
        assert_eq!(client.read_u32().await.unwrap(), round);
    }
}

#[tokio::test]
async fn both_families_take_the_same_port_and_only_the_address_that_was_asked_for() {
    let ports = Ports::new();
    let v4 = tcp_request(line!()).await;
    let port = v4.host.port();
    let first = ports.expose(v4, failing()).await.unwrap();
    let v6 = request(Transport::Tcp, format!("[::]:{port}").parse().unwrap());
    match ports.expose(v6, failing()).await {
        Ok(second) => drop(second),
        Err(error) => assert!(matches!(error, ExposeError::Skipped), "{error}"),
    }
    let neighbour = SocketAddr::new(own_ip(line!()), port);
    let refused = TcpStream::connect(neighbour).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    TcpStream::connect(v4.host).await.unwrap();
    drop(first);
}

#[tokio::test]
async fn an_address_of_another_host_is_refused() {
    let request = request(Transport::Tcp, "192.0.2.1:8080".parse().unwrap());
    let error = Ports::new().expose(request, failing()).await.unwrap_err();
    assert!(matches!(error, ExposeError::NoAddress { .. }), "{error}");
}

#[tokio::test]
async fn a_refusal_by_the_guest_is_a_reset_for_the_client() {
    for dialer in [resetting(), failing()] {
        let ports = Ports::new();
        let request = tcp_request(line!()).await;
        let _running = run(&ports, request, dialer).await;
        let mut client = TcpStream::connect(request.host).await.unwrap();
        let error = client.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(ports.list()[0].failed, 1);
    }
}

#[tokio::test]
async fn a_reset_by_the_client_ends_the_stream() {
    let (dialer, mut dialed) = pipes();
    let request = tcp_request(line!()).await;
    let _running = run(&Ports::new(), request, dialer).await;
    let client = TcpStream::connect(request.host).await.unwrap();
    let (_, mut guest) = dialed.recv().await.unwrap();
    client.set_zero_linger().unwrap();
    drop(client);
    assert_eq!(guest.read(&mut [0]).await.unwrap(), 0);
    assert!(guest.write_all(b"x").await.is_err());
}

#[tokio::test]
async fn the_end_of_an_exposure_ends_its_connections() {
    let (dialer, mut dialed) = pipes();
    let request = tcp_request(line!()).await;
    let running = run(&Ports::new(), request, dialer).await;
    let mut client = TcpStream::connect(request.host).await.unwrap();
    let (_, _guest) = dialed.recv().await.unwrap();
    running.abort();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    let refused = TcpStream::connect(request.host).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

fn serve(ports: &Ports, request: ExposeRequest) -> (DuplexStream, JoinHandle<()>) {
    let (guest, ours) = tokio::io::duplex(1024);
    let ports = ports.clone();
    let task = tokio::spawn(async move {
        serve_expose(Box::new(ours), request, failing(), &ports).await;
    });
    (guest, task)
}

#[tokio::test]
async fn a_port_is_bound_while_the_guests_stream_is_open() {
    let ports = Ports::new();
    let request = tcp_request(line!()).await;
    let (mut guest, task) = serve(&ports, request);
    assert_eq!(
        frame::read::<ExposeReply>(&mut guest).await.unwrap(),
        ExposeReply::Bound
    );
    TcpStream::connect(request.host).await.unwrap();
    drop(guest);
    task.await.unwrap();
    assert!(ports.list().is_empty());
    TcpListener::bind(request.host).await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_answered_and_the_stream_ends() {
    let held = TcpListener::bind((own_ip(line!()), 0)).await.unwrap();
    let request = request(Transport::Tcp, held.local_addr().unwrap());
    let (mut guest, task) = serve(&Ports::new(), request);
    let reply = frame::read::<ExposeReply>(&mut guest).await.unwrap();
    assert!(matches!(reply, ExposeReply::Refused { message } if message.contains("PID")));
    assert_eq!(guest.read(&mut [0]).await.unwrap(), 0);
    task.await.unwrap();
}

#[tokio::test]
async fn datagrams_travel_in_frames_on_a_stream_for_each_client() {
    let (dialer, mut dialed) = pipes();
    let ports = Ports::new();
    let request = udp_request(line!()).await;
    let running = run(&ports, request, dialer).await;
    let largest = vec![7; 65_507];
    for datagram in [&b"ping"[..], b"", &largest] {
        let client = UdpSocket::bind((own_ip(line!()), 0)).await.unwrap();
        client.connect(request.host).await.unwrap();
        client.send(datagram).await.unwrap();
        let (service, mut guest) = dialed.recv().await.unwrap();
        let target = request.target;
        assert_eq!(service, GuestService::Udp { target });
        let length = guest.read_u16().await.unwrap();
        let mut frame = vec![0; usize::from(length)];
        guest.read_exact(&mut frame).await.unwrap();
        assert_eq!(frame, datagram);
        guest
            .write_all(&[&length.to_be_bytes(), &frame[..]].concat())
            .await
            .unwrap();
        let mut answer = vec![0; 65_535];
        let count = client.recv(&mut answer).await.unwrap();
        assert_eq!(&answer[..count], datagram);
        drop(guest);
    }
    assert_eq!(ports.list()[0].total, 3);
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    UdpSocket::bind(request.host).await.unwrap();
}
