//! What containers write: line `n` of a container is always the same, so that a
//! log of a million lines takes no memory.
use crate::world::mix;

/// Lines that the engine keeps of a container that is not [`LogPlan::Million`].
const KEPT: u64 = 20_000;

/// What a container writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogPlan {
    /// Access log of a web server.
    Web,
    /// A JSON object a line.
    Json,
    /// A database.
    Database,
    /// Words.
    Plain,
    /// A million lines and twenty more each second.
    Million,
    /// Lines that try to break whoever shows them.
    Hostile(usize),
}

const ESC: &str = "\u{1b}";

impl LogPlan {
    pub(crate) fn of(image: &str) -> Self {
        match image {
            i if i.contains("nginx") => Self::Web,
            i if i.contains("acme/api") => Self::Json,
            i if i.contains("postgres") || i.contains("redis") => Self::Database,
            _ => Self::Plain,
        }
    }

    pub(crate) fn hostile(n: usize) -> Self {
        Self::Hostile(n)
    }

    /// From one line to the next, in milliseconds.
    pub(crate) fn step_ms(self) -> u64 {
        match self {
            Self::Million => 50,
            Self::Json => 700,
            Self::Web => 1300,
            Self::Hostile(_) => 1000,
            Self::Plain | Self::Database => 4000,
        }
    }

    /// Numbers of the lines that there are after so many milliseconds.
    pub(crate) fn range(self, ran_ms: u64) -> std::ops::Range<u64> {
        let end = ran_ms / self.step_ms() + 1;
        let kept = match self {
            Self::Million => 1_000_000,
            Self::Hostile(_) => 500,
            _ => KEPT,
        };
        end.saturating_sub(kept)..end
    }

    /// Whether the line goes to the error output, and the line.
    pub(crate) fn line(self, n: u64) -> (bool, Vec<u8>) {
        let r = mix(n);
        let path = [
            "/",
            "/api/orders",
            "/api/users/42",
            "/assets/app.css",
            "/healthz",
        ][(r % 5) as usize];
        let text = match self {
            Self::Web => {
                let code = [200, 200, 200, 304, 404, 502][(r % 6) as usize];
                format!(
                    "172.18.0.{} - - \"GET {path} HTTP/1.1\" {code} {} \"-\" \"Mozilla/5.0\"",
                    r % 250,
                    r % 9000
                )
            }
            Self::Json | Self::Million => {
                let level =
                    ["info", "info", "info", "debug", "warn", "error"][(r >> 8) as usize % 6];
                format!(
                    "{{\"level\":\"{level}\",\"msg\":\"request completed\",\"path\":\"{path}\",\"ms\":{},\"n\":{n},\"trace\":\"{:08x}\"}}",
                    r % 800,
                    r as u32
                )
            }
            Self::Database => format!(
                "[{}] LOG:  checkpoint complete: wrote {} buffers",
                20 + r % 50,
                r % 5000
            ),
            Self::Plain => format!(
                "{} line {n}: {path}",
                ["tick", "job done", "waiting", "connected"][(r % 4) as usize]
            ),
            Self::Hostile(which) => return (r.is_multiple_of(2), hostile(which, n)),
        };
        let error = text.contains("\"error\"") || text.contains(" 502 ");
        (error, text.into_bytes())
    }
}

fn hostile(which: usize, n: u64) -> Vec<u8> {
    if which == 0 && n % 500 == 13 {
        return vec![b'W'; 10 << 20];
    }
    let text = match (n + which as u64) % 14 {
        0 => format!("{ESC}[2J{ESC}[H{ESC}[31;1;5mcleared your screen{ESC}[0m"),
        1 => "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>".to_owned(),
        2 => "\u{202e}txt.exe\u{202d} \u{2066}mixed\u{2069} שלום مرحبا".to_owned(),
        3 => return (0..=255).filter(|byte| *byte != b'\n').collect(),
        4 => format!("{ESC}]0;owned{ESC}\\{ESC}]52;c;cm0gLXJmIC8={ESC}\\clipboard"),
        5 => format!("{ESC}]8;;javascript:alert(1){ESC}\\click me{ESC}]8;;{ESC}\\"),
        6 => (0..400)
            .map(|n| format!("{ESC}[{}m{ESC}[999C{ESC}[999B", n % 108))
            .collect(),
        7 => format!("50%\r75%\r100%\rdone {n}"),
        8 => format!("Z{}", "\u{0301}\u{0327}\u{0334}".repeat(300)),
        9 => "a\u{0}b\u{8}\u{8}c\u{7f}\u{9b}31m\u{feff}\u{200b}".to_owned(),
        10 => format!(
            "{{\"level\":\"error\",\"msg\":\"</script><svg onload=alert(2)>\",\"deep\":{}1{}}}",
            "[".repeat(400),
            "]".repeat(400)
        ),
        11 => format!("{ESC}[?1049h{ESC}[?1000h{ESC}c{ESC}[6n{ESC}[1000000000b"),
        12 => "x".repeat(20_000),
        _ => return b"\xff\xfe\xc3\x28\xf0\x28\x8c\x28 invalid UTF-8".to_vec(),
    };
    text.into_bytes()
}
