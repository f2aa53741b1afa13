//! Debian packages, by a private configuration of the machine's own apt.
//!
//! apt does the downloading and the checking: the suites' indices are signed,
//! and name the SHA-256 of every package. Its state lies in our cache, so
//! nothing of the machine changes and nobody has to be root. The mirror is the
//! one that the machine itself uses.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

/// Overrides the mirror, for machines whose apt doesn't follow Debian.
const MIRROR: &str = "BERTH_DEBIAN_MIRROR";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// One file that apt would download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Download {
    /// Name of the package.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// `amd64` or `all`.
    pub(super) architecture: String,
    /// SHA-256 of the file, in hex.
    pub(super) sha256: String,
}

/// apt with a configuration of its own.
#[derive(Debug)]
pub(super) struct Apt {
    folder: PathBuf,
    architecture: String,
}

impl Apt {
    /// Prepares a configuration in `folder` and fetches the indices of `suites`.
    pub(super) fn fetch_indices(
        folder: &Path,
        architecture: &str,
        suites: &[&str],
    ) -> Result<Self> {
        for name in ["lists/partial", "cache/archives/partial", "sources.list.d"] {
            fs::create_dir_all(folder.join(name))?;
        }
        let mirror = mirror()?;
        let sources = sources(&mirror, suites);
        fs::write(folder.join("sources.list.d/guest.sources"), sources)?;
        let apt = Self {
            folder: folder.to_path_buf(),
            architecture: architecture.into(),
        };
        apt.run("apt-get", &["-qq", "update"], folder)
            .with_context(|| {
                format!(
                    "cannot fetch the indices of {suites:?}. Next: set {MIRROR} to a Debian mirror"
                )
            })?;
        Ok(apt)
    }

    /// What `wanted` stands for today: `name/suite` or `name=version`.
    pub(super) fn resolve(&self, wanted: &[String]) -> Result<Vec<Download>> {
        // apt names no file that is in the working directory already.
        let empty = tempfile::tempdir()?;
        let mut arguments = vec!["-qq", "--print-uris", "download"];
        arguments.extend(wanted.iter().map(String::as_str));
        let output = self.run("apt-get", &arguments, empty.path())?;
        output
            .lines()
            .map(|line| parse_download(line).context(line.to_owned()))
            .collect()
    }

    /// Every version of `names` that the suites hold, as (name, version).
    pub(super) fn available(&self, names: &[&str]) -> Result<Vec<(String, String)>> {
        let mut arguments = vec!["madison"];
        arguments.extend(names);
        let output = self.run("apt-cache", &arguments, &self.folder)?;
        Ok(output.lines().filter_map(parse_madison).collect())
    }

    /// The packages that `package` of `suite` depends on directly.
    pub(super) fn dependencies(&self, package: &str, suite: &str) -> Result<Vec<String>> {
        let found = self.resolve(&[format!("{package}/{suite}")])?;
        let version = &found.first().context("apt names no package")?.version;
        let output = self.run(
            "apt-cache",
            &["show", "--no-all-versions", &format!("{package}={version}")],
            &self.folder,
        )?;
        Ok(parse_depends(&output))
    }

    /// Downloads `wanted`, given as `name=version`, into `folder`.
    pub(super) fn download(&self, wanted: &[String], folder: &Path) -> Result<()> {
        let mut arguments = vec!["-qq", "download"];
        arguments.extend(wanted.iter().map(String::as_str));
        self.run("apt-get", &arguments, folder).map(drop)
    }

    fn run(&self, program: &str, arguments: &[&str], directory: &Path) -> Result<String> {
        let output = Command::new(program)
            .args(self.options())
            .args(arguments)
            .current_dir(directory)
            .env("LC_ALL", "C")
            .output()
            .with_context(|| format!("cannot run {program}. Next: install apt"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{program} failed:\n{}",
            errors.trim()
        );
        String::from_utf8(output.stdout).with_context(|| format!("{program} wrote no UTF-8"))
    }

    fn options(&self) -> Vec<String> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        [
            "Dir::Etc::sourcelist=/dev/null".to_owned(),
            format!("Dir::Etc::sourceparts={}", path("sources.list.d")),
            "Dir::Etc::preferences=/dev/null".to_owned(),
            "Dir::Etc::preferencesparts=/dev/null".to_owned(),
            "Dir::State::status=/dev/null".to_owned(),
            format!("Dir::State::lists={}", path("lists")),
            format!("Dir::Cache={}", path("cache")),
            format!("APT::Architecture={}", self.architecture),
            format!("APT::Architectures={}", self.architecture),
            "APT::Sandbox::User=root".to_owned(),
            "Acquire::Languages=none".to_owned(),
        ]
        .into_iter()
        .flat_map(|option| ["-o".to_owned(), option])
        .collect()
    }
}

fn sources(mirror: &str, suites: &[&str]) -> String {
    let suites = suites.join(" ");
    format!(
        "Types: deb\nURIs: {mirror}\nSuites: {suites}\nComponents: main\n\
         Targets: Packages\nSigned-By: {KEYRING}\n"
    )
}

/// The mirror that this machine's apt uses.
pub(super) fn mirror() -> Result<String> {
    if let Ok(mirror) = env::var(MIRROR) {
        return Ok(mirror);
    }
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    let found = files.iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        match file.extension()?.to_str()? {
            "sources" => mirror_of_stanzas(&text),
            "list" => mirror_of_lines(&text),
            _ => None,
        }
    });
    let Some(mirror) = found else {
        bail!("this machine's apt names no mirror. Next: set {MIRROR} to a Debian mirror");
    };
    Ok(mirror)
}

// Security updates live in an archive of their own, without the suites that we take.
fn is_main_archive(suite: &str) -> bool {
    !suite.contains("security") && !suite.contains('/')
}

/// The mirror that a file in deb822 form names (sources.list(5)).
fn mirror_of_stanzas(text: &str) -> Option<String> {
    text.split("\n\n").find_map(|stanza| {
        let field = |name: &str| {
            stanza.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let is_on = field("Enabled") != Some("no") && field("Types")?.contains("deb");
        let suites = field("Suites")?;
        (is_on && suites.split_whitespace().all(is_main_archive))
            .then(|| field("URIs")?.split_whitespace().next().map(str::to_owned))
            .flatten()
    })
}

/// The mirror that a file of one-line entries names (sources.list(5)).
fn mirror_of_lines(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let entry = line.trim().strip_prefix("deb ")?;
        let options_end = entry
            .find(']')
            .filter(|_| entry.trim_start().starts_with('['));
        let mut words = entry[options_end.map_or(0, |at| at + 1)..].split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        is_main_archive(suite).then(|| uri.to_owned())
    })
}

/// A line of `apt-get --print-uris`: `'uri' file size SHA256:hash`.
fn parse_download(line: &str) -> Result<Download> {
    let (_, rest) = line
        .rsplit_once("' ")
        .context("apt wrote a line without a URI")?;
    let mut words = rest.split_whitespace();
    let file = words.next().context("apt named no file")?;
    let sha256 = words.nth(1).and_then(|word| word.strip_prefix("SHA256:"));
    let mut parts = file.trim_end_matches(".deb").split('_');
    let (name, version, architecture) = (parts.next(), parts.next(), parts.next());
    Ok(Download {
        name: name.unwrap_or_default().to_owned(),
        version: version.context("apt named no version")?.replace("%3a", ":"),
        architecture: architecture
            .context("apt named no architecture")?
            .to_owned(),
        sha256: sha256.context("apt knows no SHA-256 of it")?.to_owned(),
    })
}

/// A line of `apt-cache madison`: `name | version | source`.
fn parse_madison(line: &str) -> Option<(String, String)> {
    let mut columns = line.split('|').map(str::trim);
    Some((columns.next()?.to_owned(), columns.next()?.to_owned()))
}

/// Names in the `Depends` of a package record, alternatives and versions left out.
fn parse_depends(record: &str) -> Vec<String> {
    let value = record
        .lines()
        .find_map(|line| line.strip_prefix("Depends:"));
    let name = |dependency: &str| dependency.split_whitespace().next().map(str::to_owned);
    value.map_or_else(Vec::new, |list| list.split(',').filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_that_of_the_main_archive_and_not_of_security_updates() {
        let text = "Types: deb\n# a comment\nURIs: http://security.invalid/d\nSuites: x-security\n\
                    \nTypes: deb\nURIs: http://main.invalid/debian http://b.invalid\nSuites: x x-updates\n";

        assert_eq!(
            mirror_of_stanzas(text).as_deref(),
            Some("http://main.invalid/debian")
        );
    }

    #[test]
    fn a_stanza_that_is_switched_off_or_has_only_sources_names_no_mirror() {
        for text in [
            "Enabled: no\nTypes: deb\nURIs: http://a.invalid\nSuites: x\n",
            "Types: src\nURIs: http://a.invalid\nSuites: x\n",
            "Types: deb\nURIs: http://a.invalid\nSuites: ./\n",
            "",
        ] {
            assert_eq!(mirror_of_stanzas(text), None, "{text}");
        }
    }

    #[test]
    fn one_line_entries_may_carry_options_and_comments() {
        let text = "# deb http://no.invalid x main\ndeb-src http://no.invalid x main\n\
                    deb http://s.invalid x-security main\n\
                    deb [arch=amd64 signed-by=/k] http://yes.invalid/debian x main\n";

        assert_eq!(
            mirror_of_lines(text).as_deref(),
            Some("http://yes.invalid/debian")
        );
    }

    #[test]
    fn an_uri_line_gives_the_version_with_its_epoch() {
        let line = "'http://m.invalid/git_2.47.3-0%2bdeb13u1_amd64.deb' \
                    git_1%3a2.47.3-0+deb13u1_amd64.deb 8861572 SHA256:3e35";

        let download = parse_download(line).unwrap();

        assert_eq!(download.name, "git");
        assert_eq!(download.version, "1:2.47.3-0+deb13u1");
        assert_eq!(download.architecture, "amd64");
        assert_eq!(download.sha256, "3e35");
    }

    #[test]
    fn an_uri_line_without_a_sha256_is_refused() {
        for line in ["", "'u' a_1_amd64.deb 1 MD5Sum:00", "'u' a.deb 1 SHA256:00"] {
            assert!(parse_download(line).is_err(), "{line}");
        }
    }

    #[test]
    fn madison_and_depends_are_read_to_names_and_versions() {
        let pair = parse_madison("  git | 1:2.47 | http://m.invalid trixie/main amd64 Packages");
        let names = parse_depends("Package: a\nDepends: b (= 1), c | d, e:any\nSize: 1\n");

        assert_eq!(pair, Some(("git".into(), "1:2.47".into())));
        assert_eq!(names, ["b", "c", "e:any"]);
    }
}
