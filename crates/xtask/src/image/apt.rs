//! Debian packages, by a private configuration of the machine's own apt.
//!
//! apt does the downloading and the checking: the suites' indices are signed,
//! and name the SHA-256 of every package. Its state lies in our cache, so
//! nothing of the machine changes and nobody has to be root.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use super::mirror::{self, Mirrors};

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

/// A version of a package that a suite holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Available {
    /// Name of the package.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// The suite.
    pub(super) suite: String,
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
        let sources = sources(&mirror::find()?, suites);
        fs::write(folder.join("sources.list.d/guest.sources"), sources)?;
        let apt = Self {
            folder: folder.to_path_buf(),
            architecture: architecture.into(),
        };
        apt.run("apt-get", &["-qq", "update"], folder)
            .with_context(|| {
                format!(
                    "cannot fetch the indices of {suites:?}. Next: set {} to a Debian mirror",
                    mirror::VARIABLE
                )
            })?;
        Ok(apt)
    }

    /// What `wanted`, given as `name=version`, is as files.
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

    /// Every version of `names` that the suites hold, the newest of a name first.
    pub(super) fn available(&self, names: &[&str]) -> Result<Vec<Available>> {
        let mut arguments = vec!["madison"];
        arguments.extend(names);
        let output = self.run("apt-cache", &arguments, &self.folder)?;
        Ok(output.lines().filter_map(parse_madison).collect())
    }

    /// The packages that `package` in `version` depends on directly.
    pub(super) fn dependencies(&self, package: &str, version: &str) -> Result<Vec<String>> {
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

fn sources(mirrors: &Mirrors, suites: &[&str]) -> String {
    let stanza = |mirror: &str, suites: Vec<&str>| {
        format!(
            "Types: deb\nURIs: {mirror}\nSuites: {}\nComponents: main\n\
             Targets: Packages\nSigned-By: {KEYRING}\n",
            suites.join(" ")
        )
    };
    let (security, main): (Vec<&str>, Vec<&str>) =
        suites.iter().partition(|suite| mirror::is_security(suite));
    let mut text = stanza(&mirrors.main, main);
    if !security.is_empty() {
        text = text + "\n" + &stanza(&mirrors.security, security);
    }
    text
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

/// A line of `apt-cache madison`: `name | version | URI suite/component ...`.
fn parse_madison(line: &str) -> Option<Available> {
    let mut columns = line.split('|').map(str::trim);
    let (name, version, source) = (columns.next()?, columns.next()?, columns.next()?);
    let (suite, _component) = source.split_whitespace().nth(1)?.rsplit_once('/')?;
    Some(Available {
        name: name.to_owned(),
        version: version.to_owned(),
        suite: suite.to_owned(),
    })
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
    fn madison_is_read_to_names_versions_and_suites() {
        let line = "  git | 1:2.47 | http://m.invalid/d trixie-security/main amd64 Packages";

        let found = parse_madison(line);

        let expected = Available {
            name: "git".into(),
            version: "1:2.47".into(),
            suite: "trixie-security".into(),
        };
        assert_eq!(found, Some(expected));
        assert_eq!(parse_madison("N: no such package"), None);
    }

    #[test]
    fn depends_is_read_to_the_first_of_each_alternative() {
        let names = parse_depends("Package: a\nDepends: b (= 1), c | d, e:any\nSize: 1\n");

        assert_eq!(names, ["b", "c", "e:any"]);
    }

    #[test]
    fn security_updates_come_from_their_own_archive() {
        let mirrors = Mirrors {
            main: "http://a.invalid/debian".into(),
            security: "http://a.invalid/debian-security".into(),
        };

        let text = sources(&mirrors, &["sid", "trixie", "trixie-security"]);

        assert!(
            text.contains("URIs: http://a.invalid/debian\nSuites: sid trixie\n")
                && text
                    .contains("URIs: http://a.invalid/debian-security\nSuites: trixie-security\n"),
            "{text}"
        );
    }
}
