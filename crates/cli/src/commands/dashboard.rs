//! `berth dashboard`: the dashboard in the user's browser.
use std::{io, time::Duration};

use berth_api::{call::Call, dashboard::DashboardAddress};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Context;
use crate::{args::DashboardArgs, failure::Failure, session};

/// How long the daemon may take to make an address.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prints where it is, and opens it.
pub(crate) async fn run(context: &Context<'_>, args: &DashboardArgs) -> Result<i32, Failure> {
    let output = context.output;
    let mut client = session::connect_or_spawn(&context.home).await?;
    let address: DashboardAddress = client.call(Call::Dashboard).await?;
    if output.json {
        output.json(&address)?;
        return Ok(0);
    }
    output.line(&address.url)?;
    if args.no_open {
        return Ok(0);
    }
    match open(&address).await {
        Ok(()) => output.note("The address holds a secret: whoever has it has your containers."),
        // It is printed above, which is all that a host without a screen needs.
        Err(error) => output.complain_as(
            "warning",
            &format!("no browser could be opened ({error}); open the address yourself"),
        ),
    }
    Ok(0)
}

/// Other users of this host can read a browser's command line, so it gets an
/// address that works once.
async fn open(address: &DashboardAddress) -> io::Result<()> {
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    let once = timeout(PATIENCE, once(address)).await.map_err(late)??;
    open::that_detached(format!("{}{once}", address.origin))
}

async fn once(address: &DashboardAddress) -> io::Result<String> {
    let host = address.origin.strip_prefix("http://").unwrap_or_default();
    let body = r#"{"path":"/"}"#;
    let request = format!(
        "POST /api/ticket HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        address.token,
        body.len()
    );
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    url(&answer).ok_or_else(|| io::Error::other("the dashboard gave no address"))
}

/// The address in an answer of the dashboard's.
fn url(answer: &str) -> Option<String> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let body: Value = serde_json::from_str(body).ok()?;
    let url = body["url"].as_str().filter(|url| url.starts_with('/'))?;
    head.starts_with("HTTP/1.1 200 ").then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn only_an_answer_that_grants_it_has_an_address() {
        let answer =
            |status: &str, body: &str| url(&format!("HTTP/1.1 {status}\r\nA: b\r\n\r\n{body}"));
        let granted = answer("200 OK", r#"{"url":"/api/download/x"}"#);
        assert_eq!(granted.as_deref(), Some("/api/download/x"));
        assert_eq!(answer("401 Unauthorized", r#"{"url":"/x"}"#), None);
        assert_eq!(answer("200 OK", r#"{"url":"http://evil.example"}"#), None);
        assert_eq!(answer("200 OK", "x"), None);
        assert_eq!(url(""), None);
    }
}
