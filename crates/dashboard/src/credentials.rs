//! Who we are at a registry, as Docker's client has it: `config.json` and its
//! credential helpers (docker/docker-credential-helpers).
use std::{collections::BTreeMap, env, io, path::PathBuf, process::Stdio, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use berth_api::error::{ApiError, ErrorCode};
use bollard::auth::DockerCredentials;
use serde::Deserialize;
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::programs::Programs;

/// What Docker's own registry is called in `config.json`.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// How long a credential helper may take: it may ask its user.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    auths: BTreeMap<String, Auth>,
    creds_store: Option<String>,
    cred_helpers: BTreeMap<String, String>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Auth {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Secret {
    username: String,
    secret: String,
}

/// Credentials for an image's registry; `None` where there are none, since much
/// can be pulled without.
///
/// # Errors
/// When `config.json` can't be read, or a credential helper fails.
pub(crate) async fn find(reference: &str) -> Result<Option<DockerCredentials>, ApiError> {
    let Some(folder) = folder() else {
        return Ok(None);
    };
    find_in(&folder, &registry(reference)).await
}

fn folder() -> Option<PathBuf> {
    let named = env::var_os("DOCKER_CONFIG").filter(|folder| !folder.is_empty());
    let own = || Some(env::home_dir()?.join(".docker"));
    named.map(PathBuf::from).or_else(own)
}

/// Key of an image's registry in `config.json` (distribution/reference: the first
/// part is a host when it has a dot or a colon, or is `localhost`).
fn registry(reference: &str) -> String {
    match reference.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => match host {
            "docker.io" | "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB.to_owned(),
            host => host.to_owned(),
        },
        _ => DOCKER_HUB.to_owned(),
    }
}

async fn find_in(
    folder: &std::path::Path,
    registry: &str,
) -> Result<Option<DockerCredentials>, ApiError> {
    let path = folder.join("config.json");
    let text = match tokio::fs::read(&path).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(crate::failure::file(&path, &error)),
    };
    let config: Config = serde_json::from_slice(&text).map_err(|error| {
        let message = format!("'{}' can't be read: {error}", path.display());
        ApiError::new(ErrorCode::BadRequest, message).with_hint("repair it or move it away")
    })?;
    let helper = config.cred_helpers.get(registry);
    if let Some(helper) = helper.or(config.creds_store.as_ref())
        && let Some(found) = ask(helper, registry).await?
    {
        return Ok(Some(found));
    }
    Ok(stored(&config, registry))
}

fn stored(config: &Config, registry: &str) -> Option<DockerCredentials> {
    let host = |key: &str| {
        let key = key
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        key.split('/').next().unwrap_or_default().to_owned()
    };
    let exact = config.auths.get(registry);
    let found = exact.or_else(|| {
        let mut all = config.auths.iter();
        all.find(|(key, _)| host(key) == host(registry))
            .map(|(_, auth)| auth)
    })?;
    let Auth {
        auth,
        username,
        password,
        identitytoken,
    } = found.clone();
    let decoded = auth.and_then(|auth| {
        let bytes = STANDARD.decode(auth.trim()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (name, password) = text.split_once(':')?;
        Some((name.to_owned(), password.trim_end_matches('\0').to_owned()))
    });
    let (username, password) = match decoded {
        Some((name, password)) => (Some(name), Some(password)),
        None => (username, password),
    };
    let known = username.is_some() || identitytoken.is_some();
    known.then(|| credentials(registry, username, password, identitytoken))
}

fn credentials(
    registry: &str,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
) -> DockerCredentials {
    DockerCredentials {
        username,
        // The engine takes one or the other.
        password: password.filter(|_| identitytoken.is_none()),
        identitytoken,
        serveraddress: Some(registry.to_owned()),
        ..DockerCredentials::default()
    }
}

/// Asks a credential helper; `None` when it knows nothing of the registry.
async fn ask(helper: &str, registry: &str) -> Result<Option<DockerCredentials>, ApiError> {
    let name = format!("docker-credential-{helper}");
    // A helper's name is one word of a program's name.
    let program = Some(&name).filter(|name| !name.contains('/'));
    let program = program.and_then(|name| Programs::on_path(name));
    let program = program.ok_or_else(|| {
        let message = format!("the credential helper '{name}' is not installed");
        ApiError::new(ErrorCode::BackendMissing, message)
            .with_hint("install it, or remove it from Docker's config.json")
    })?;
    let answer = timeout(PATIENCE, exchange(Command::new(program), registry)).await;
    let answer = answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    let output = answer.map_err(|error| helper_failed(&name, &error.to_string()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout);
        if text.contains("credentials not found") {
            return Ok(None);
        }
        return Err(helper_failed(&name, text.trim()));
    }
    let secret: Secret = serde_json::from_slice(&output.stdout)
        .map_err(|_| helper_failed(&name, "its answer can't be read"))?;
    // docker/cli: this name says that the secret is an identity token.
    let found = if secret.username == "<token>" {
        credentials(registry, None, None, Some(secret.secret))
    } else {
        credentials(registry, Some(secret.username), Some(secret.secret), None)
    };
    Ok(Some(found))
}

fn helper_failed(name: &str, why: &str) -> ApiError {
    let message = format!("the credential helper '{name}' failed: {why}");
    ApiError::new(ErrorCode::Internal, message).with_hint("log in again with 'docker login'")
}

async fn exchange(mut command: Command, registry: &str) -> io::Result<std::process::Output> {
    let mut child = command
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(registry.as_bytes()).await?;
    }
    child.wait_with_output().await
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{DOCKER_HUB, find_in, registry};

    #[test]
    fn a_reference_names_its_registry() {
        let cases = [
            ("nginx", DOCKER_HUB),
            ("team/app", DOCKER_HUB),
            ("docker.io/nginx", DOCKER_HUB),
            ("ghcr.io/a/b", "ghcr.io"),
            ("localhost/a", "localhost"),
            ("host:5000/a", "host:5000"),
        ];
        for (reference, expected) in cases {
            assert_eq!(registry(reference), expected, "{reference}");
        }
    }

    #[tokio::test]
    async fn stored_credentials_are_found_by_host() {
        let folder = tempfile::tempdir().unwrap();
        assert!(find_in(folder.path(), "a").await.unwrap().is_none());
        let config = r#"{"auths": {
            "https://index.docker.io/v1/": {"auth": "bWU6cGE6c3M="},
            "https://ghcr.io": {"identitytoken": "t", "auth": "bWU6"},
            "empty.example": {}
        }, "HttpHeaders": {}}"#;
        fs::write(folder.path().join("config.json"), config).unwrap();
        let hub = find_in(folder.path(), DOCKER_HUB).await.unwrap().unwrap();
        assert_eq!(
            (hub.username.as_deref(), hub.password.as_deref()),
            (Some("me"), Some("pa:ss"))
        );
        let ghcr = find_in(folder.path(), "ghcr.io").await.unwrap().unwrap();
        assert_eq!(
            (ghcr.identitytoken.as_deref(), ghcr.password),
            (Some("t"), None)
        );
        assert!(
            find_in(folder.path(), "empty.example")
                .await
                .unwrap()
                .is_none()
        );
    }

    #[tokio::test]
    async fn a_damaged_file_and_a_missing_helper_have_next_steps() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        for text in [
            "{",
            r#"{"credsStore": "nonesuch"}"#,
            r#"{"credsStore": "../x"}"#,
        ] {
            fs::write(&file, text).unwrap();
            let error = find_in(folder.path(), "a").await.unwrap_err();
            assert!(error.hint.is_some(), "{error}");
        }
    }
}
