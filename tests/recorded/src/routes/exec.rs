//! Programs in containers: a small shell that echoes.
use http::{HeaderValue, Request, StatusCode, header};
use hyper::{body::Incoming, upgrade::Upgraded};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    body::{Answer, bytes, created, json, missing, refuse, status},
    request,
    world::{Exec, World},
};

pub(super) async fn create(world: &World, wanted: &str, request: Request<Incoming>) -> Answer {
    let asked = request::json(request).await;
    let cmd: Vec<String> = asked["Cmd"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|word| Some(word.as_str()?.to_owned()))
        .collect();
    let (id, container) = {
        let mut held = world.lock();
        let Some(container) = held.container_id(wanted) else {
            return missing("container", wanted);
        };
        if !held
            .containers
            .get(&container)
            .is_some_and(|c| c.run.is_up())
        {
            let text = format!("container {container} is not running");
            return refuse(StatusCode::CONFLICT, text);
        }
        let id = held.fresh_id();
        let exec = Exec {
            id: id.clone(),
            container: container.clone(),
            cmd: cmd.clone(),
            tty: asked["Tty"].as_bool().unwrap_or(false),
            ..Exec::default()
        };
        held.execs.insert(id.clone(), exec);
        (id, container)
    };
    let action = format!("exec_create: {}", cmd.join(" "));
    world.tell_container(&container, &action, &[("execID", id.clone())]);
    created(&json!({"Id": id}))
}

pub(super) async fn answer(
    world: &World,
    id: &str,
    what: &str,
    request: Request<Incoming>,
) -> Answer {
    let Some(exec) = world.lock().execs.get(id).cloned() else {
        return missing("exec instance", id);
    };
    match what {
        "json" => json(&json!({
            "ID": exec.id, "ContainerID": exec.container, "Running": exec.running,
            "ExitCode": exec.exit_code, "OpenStdin": true, "Pid": 4242,
            "ProcessConfig": {"tty": exec.tty, "entrypoint": exec.cmd.first(),
                "arguments": exec.cmd.iter().skip(1).collect::<Vec<_>>()},
        })),
        "resize" => status(StatusCode::OK),
        "start" => start(world, exec, request).await,
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

async fn start(world: &World, exec: Exec, mut request: Request<Incoming>) -> Answer {
    world.tell_container(
        &exec.container,
        &format!("exec_start: {}", exec.cmd.join(" ")),
        &[],
    );
    let shell = Shell {
        world: world.clone(),
        exec,
        folder: "/app".to_owned(),
    };
    if request.headers().contains_key(header::UPGRADE) {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let _ = request::body(request).await;
            if let Ok(stream) = upgrade.await {
                shell.run(stream).await;
            }
        });
        return hijacked();
    }
    let asked = request::json(request).await;
    let output = shell.output();
    shell.end(0);
    if asked["Detach"].as_bool().unwrap_or(false) {
        return status(StatusCode::OK);
    }
    bytes(StatusCode::OK, "application/vnd.docker.raw-stream", output)
}

pub(super) fn attach(world: World, wanted: &str, mut request: Request<Incoming>) -> Answer {
    let container = {
        let held = world.lock();
        let id = held.container_id(wanted);
        id.and_then(|id| held.containers.get(&id).cloned())
    };
    let Some(container) = container else {
        return missing("container", wanted);
    };
    let shell = Shell {
        exec: Exec {
            container: container.id,
            tty: container.tty,
            cmd: vec!["sh".to_owned()],
            ..Exec::default()
        },
        world,
        folder: "/".to_owned(),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(stream) = upgrade.await {
            shell.run(stream).await;
        }
    });
    hijacked()
}

fn hijacked() -> Answer {
    let mut answer = status(StatusCode::SWITCHING_PROTOCOLS);
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("tcp"));
    answer
}

struct Shell {
    world: World,
    exec: Exec,
    folder: String,
}

impl Shell {
    /// What a program without a terminal writes.
    fn output(&self) -> Vec<u8> {
        let words: Vec<&str> = self.exec.cmd.iter().map(String::as_str).collect();
        let line = match words.as_slice() {
            [_, "-c", line] | [_, "-lc", line] => (*line).to_owned(),
            words => words.join(" "),
        };
        self.frame(self.command(&line).as_bytes())
    }

    fn frame(&self, text: &[u8]) -> Vec<u8> {
        if self.exec.tty || text.is_empty() {
            return text.to_vec();
        }
        let mut frame = vec![1, 0, 0, 0];
        frame.extend(u32::try_from(text.len()).unwrap_or(0).to_be_bytes());
        frame.extend(text);
        frame
    }

    fn end(&self, code: i64) {
        if let Some(exec) = self.world.lock().execs.get_mut(&self.exec.id) {
            exec.running = false;
            exec.exit_code = Some(code);
        }
        let attributes = [
            ("execID", self.exec.id.clone()),
            ("exitCode", code.to_string()),
        ];
        self.world
            .tell_container(&self.exec.container, "exec_die", &attributes);
    }

    async fn run(mut self, stream: Upgraded) {
        if let Some(exec) = self.world.lock().execs.get_mut(&self.exec.id) {
            exec.running = true;
        }
        let mut stream = TokioIo::new(stream);
        let is_shell = self.exec.cmd.len() == 1;
        let _ = if self.exec.tty && is_shell {
            self.terminal(&mut stream).await
        } else {
            let output = self.output();
            stream.write_all(&output).await
        };
        let _ = stream.shutdown().await;
        self.end(0);
    }

    /// A shell on a terminal: echoes what is typed and knows a few commands.
    async fn terminal(&mut self, stream: &mut TokioIo<Upgraded>) -> std::io::Result<()> {
        let mut line = Vec::new();
        let mut buffer = [0; 4096];
        stream.write_all(self.prompt().as_bytes()).await?;
        loop {
            let count = stream.read(&mut buffer).await?;
            if count == 0 {
                return Ok(());
            }
            for byte in &buffer[..count] {
                match byte {
                    b'\r' | b'\n' => {
                        let text = String::from_utf8_lossy(&line).trim().to_owned();
                        line.clear();
                        stream.write_all(b"\r\n").await?;
                        if text == "exit" {
                            return Ok(());
                        }
                        if let Some(folder) = text.strip_prefix("cd ") {
                            folder.clone_into(&mut self.folder);
                        } else {
                            let output = self.command(&text).replace('\n', "\r\n");
                            stream.write_all(output.as_bytes()).await?;
                        }
                        stream.write_all(self.prompt().as_bytes()).await?;
                    }
                    3 => {
                        line.clear();
                        stream
                            .write_all(format!("^C\r\n{}", self.prompt()).as_bytes())
                            .await?;
                    }
                    4 if line.is_empty() => return Ok(()),
                    8 | 127 => {
                        if line.pop().is_some() {
                            stream.write_all(b"\x08 \x08").await?;
                        }
                    }
                    byte => {
                        line.push(*byte);
                        stream.write_all(&[*byte]).await?;
                    }
                }
            }
        }
    }

    fn prompt(&self) -> String {
        format!(
            "\u{1b}[32mroot@{}\u{1b}[0m:{}# ",
            &self.exec.container[..12],
            self.folder
        )
    }

    fn command(&self, line: &str) -> String {
        let held = self.world.lock();
        let Some(container) = held.containers.get(&self.exec.container) else {
            return String::new();
        };
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "" => String::new(),
            "echo" => format!("{rest}\n"),
            "pwd" => format!("{}\n", self.folder),
            "hostname" => format!("{}\n", &container.id[..12]),
            "env" => container.env.join("\n") + "\n",
            "ls" => {
                let folder = if rest.starts_with('/') {
                    rest
                } else {
                    &self.folder
                };
                container.fs.list(folder).join("\n") + "\n"
            }
            "cat" => match container.fs.read(rest) {
                Some(content) => String::from_utf8_lossy(&content).into_owned(),
                None => format!("cat: {rest}: No such file or directory\n"),
            },
            "seq" => {
                let last: u64 = rest.parse().unwrap_or(10);
                (1..=last.min(100_000)).map(|n| format!("{n}\n")).collect()
            }
            _ => format!("sh: {word}: not found\n"),
        }
    }
}
