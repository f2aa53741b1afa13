//! Files of a container or a volume, in memory: what `archive` reads and writes.
use std::{collections::BTreeMap, io::Read, sync::Arc};

use serde_json::{Value, json};

use crate::world::{now_seconds, rfc3339};

/// A tree of files. A copy costs nothing until it is changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fs {
    nodes: Arc<BTreeMap<String, Node>>,
    /// Paths that differ from the image: 0 changed, 1 added, 2 removed.
    pub(crate) changes: BTreeMap<String, u8>,
}

#[derive(Debug, Clone)]
enum Node {
    Folder,
    File(Arc<[u8]>),
    Link(String),
}

const FILES: [(&str, &str); 12] = [
    ("/etc/hostname", "recorded\n"),
    ("/etc/hosts", "127.0.0.1\tlocalhost\n"),
    (
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/app:/bin/sh\n",
    ),
    (
        "/etc/os-release",
        "ID=debian\nVERSION_ID=13\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n",
    ),
    (
        "/etc/nginx/nginx.conf",
        "worker_processes auto;\nevents { worker_connections 1024; }\n",
    ),
    (
        "/app/package.json",
        "{\n  \"name\": \"api\",\n  \"version\": \"2.14.0\"\n}\n",
    ),
    (
        "/app/server.js",
        "import http from 'node:http';\nhttp.createServer((_, r) => r.end('ok')).listen(3000);\n",
    ),
    ("/app/README.md", "# API\n\nRuns on port 3000.\n"),
    ("/app/config/default.yaml", "log: info\nport: 3000\n"),
    ("/var/log/app.log", "started\n"),
    ("/usr/bin/env", "\u{7f}ELF"),
    ("/tmp/<b>not bold</b>.txt", "<script>alert(1)</script>\n"),
];

impl Fs {
    /// What a container begins with.
    pub(crate) fn of_a_container() -> Self {
        static BASE: std::sync::OnceLock<Fs> = std::sync::OnceLock::new();
        let made = BASE.get_or_init(|| {
            let mut fs = Self::default();
            for (path, text) in FILES {
                fs.write(path, text.as_bytes());
            }
            let nodes = Arc::make_mut(&mut fs.nodes);
            for folder in [
                "/", "/bin", "/dev", "/home", "/proc", "/root", "/sys", "/srv",
            ] {
                nodes.insert(folder.to_owned(), Node::Folder);
            }
            nodes.insert(
                "/etc/mtab".to_owned(),
                Node::Link("/proc/mounts".to_owned()),
            );
            let pixel = [0x89, b'P', b'N', b'G', 0, 1, 2, 255, 254];
            nodes.insert(
                "/app/logo.png".to_owned(),
                Node::File(pixel.as_slice().into()),
            );
            fs.changes = BTreeMap::from([
                ("/var".to_owned(), 0),
                ("/var/log".to_owned(), 0),
                ("/var/log/app.log".to_owned(), 1),
                ("/tmp".to_owned(), 0),
                ("/etc/motd".to_owned(), 2),
            ]);
            fs
        });
        made.clone()
    }

    /// What a volume holds.
    pub(crate) fn of_a_volume() -> Self {
        let mut fs = Self::default();
        fs.write("/data.db", &[0u8; 4096]);
        fs.write("/README", b"kept\n");
        fs
    }

    fn write(&mut self, path: &str, content: &[u8]) {
        self.make_folders(path);
        let nodes = Arc::make_mut(&mut self.nodes);
        nodes.insert(path.to_owned(), Node::File(content.into()));
    }

    fn make_folders(&mut self, path: &str) {
        let nodes = Arc::make_mut(&mut self.nodes);
        for (at, _) in path.match_indices('/').skip(1) {
            nodes.entry(path[..at].to_owned()).or_insert(Node::Folder);
        }
        nodes.entry("/".to_owned()).or_insert(Node::Folder);
    }

    /// As in the header `X-Docker-Container-Path-Stat`.
    pub(crate) fn stat(&self, path: &str) -> Option<Value> {
        let path = clean(path);
        let node = self.nodes.get(&path)?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty());
        // Go's os.FileMode: the kind is in the upper bits.
        let (size, mode, target) = match node {
            Node::Folder => (4096, 0x8000_0000u32 | 0o755, ""),
            Node::File(content) => (content.len(), 0o644, ""),
            Node::Link(target) => (0, 0x0800_0000 | 0o777, target.as_str()),
        };
        Some(json!({
            "name": name.unwrap_or("/"), "size": size, "mode": mode,
            "mtime": rfc3339(Some(now_seconds() - 3600)), "linkTarget": target,
        }))
    }

    /// A path and what is below it, as a tar whose names begin with the path's
    /// last part.
    pub(crate) fn archive(&self, path: &str) -> Option<std::io::Result<Vec<u8>>> {
        let path = clean(path);
        self.nodes.get(&path)?;
        Some(self.pack(&path))
    }

    fn pack(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let parent = path.rfind('/').map_or("", |at| &path[..at]);
        let below = format!("{}/", path.trim_end_matches('/'));
        let mut tar = tar::Builder::new(Vec::new());
        let wanted = self.nodes.iter();
        for (name, node) in wanted.filter(|(name, _)| *name == path || name.starts_with(&below)) {
            let name = name[parent.len()..].trim_start_matches('/');
            let name = if name.is_empty() { "./" } else { name };
            let mut header = tar::Header::new_gnu();
            header.set_mtime(now_seconds() - 3600);
            header.set_mode(0o644);
            header.set_size(0);
            match node {
                Node::Folder => {
                    header.set_entry_type(tar::EntryType::Directory);
                    header.set_mode(0o755);
                    tar.append_data(&mut header, format!("{name}/"), std::io::empty())?;
                }
                Node::File(content) => {
                    header.set_size(content.len() as u64);
                    tar.append_data(&mut header, name, &content[..])?;
                }
                Node::Link(target) => {
                    header.set_entry_type(tar::EntryType::Symlink);
                    tar.append_link(&mut header, name, target)?;
                }
            }
        }
        tar.into_inner()
    }

    /// Unpacks a tar into a folder, if there is one.
    pub(crate) fn unpack(&mut self, path: &str, tar: &[u8]) -> Option<std::io::Result<()>> {
        let path = clean(path);
        matches!(self.nodes.get(&path), Some(Node::Folder)).then(|| self.extract(&path, tar))
    }

    fn extract(&mut self, folder: &str, tar: &[u8]) -> std::io::Result<()> {
        let mut archive = tar::Archive::new(tar);
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            let name = name.trim_start_matches("./").trim_matches('/');
            let path = format!("{}/{name}", folder.trim_end_matches('/'));
            let added = if self.nodes.contains_key(&path) { 0 } else { 1 };
            if entry.header().entry_type().is_dir() {
                self.make_folders(&format!("{path}/"));
            } else {
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                self.write(&path, &content);
            }
            self.changes.insert(path, added);
        }
        Ok(())
    }

    /// Names in a folder.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let folder = clean(folder);
        let below = format!("{}/", folder.trim_end_matches('/'));
        let names = self
            .nodes
            .keys()
            .filter_map(|name| name.strip_prefix(&below));
        names
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    /// The content of a file.
    pub(crate) fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        match self.nodes.get(&clean(path))? {
            Node::File(content) => Some(Arc::clone(content)),
            _ => None,
        }
    }
}

fn clean(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
