//! What people would type for a task.
use berth_api::task::{BuildSpec, CleanUpItem, ComposeAction, ComposeSpec, TaskSpec};

use crate::shell::line;

/// The image that commands about files in a volume are shown with.
const TOOLS: &str = "busybox";

/// The command that does the same; empty where there is none.
pub(super) fn of(spec: &TaskSpec) -> String {
    match spec {
        TaskSpec::Pull {
            reference,
            platform,
        } => {
            let platform = platform.iter().map(|name| format!("--platform={name}"));
            let words = ["docker", "pull"].map(str::to_owned).into_iter();
            line(words.chain(platform).chain([reference.clone()]))
        }
        TaskSpec::Push { reference } => line(["docker", "push", reference]),
        TaskSpec::Build(spec) => {
            let words = ["docker", "buildx"].map(str::to_owned).into_iter();
            line(words.chain(build(spec)))
        }
        TaskSpec::Compose(spec) => {
            let words = ["docker", "compose"].map(str::to_owned).into_iter();
            line(words.chain(compose(spec)))
        }
        TaskSpec::SaveImages { images, path } => {
            let words = ["docker", "save", "--output", path].into_iter();
            line(words.chain(images.iter().map(String::as_str)))
        }
        TaskSpec::LoadImages { path } => line(["docker", "load", "--input", path]),
        TaskSpec::CloneVolume { from, to } => {
            let (from, to) = (format!("{from}:/from:ro"), format!("{to}:/to"));
            let run = ["docker", "run", "--rm", "-v", &from, "-v", &to, TOOLS];
            line(run.into_iter().chain(["cp", "-a", "/from/.", "/to/"]))
        }
        TaskSpec::ExportVolume { volume, path } => export(volume, path),
        TaskSpec::ImportVolume { volume, path } => import(volume, path),
        TaskSpec::EmptyVolume { volume } => {
            let mount = format!("{volume}:/volume");
            let run = ["docker", "run", "--rm", "-v", &mount, TOOLS];
            let find = ["find", "/volume", "-mindepth", "1", "-delete"];
            line(run.into_iter().chain(find))
        }
        TaskSpec::CleanUp { items } => clean_up(items),
    }
}

fn export(volume: &str, path: &str) -> String {
    let mount = format!("{volume}:/volume:ro");
    let run = ["docker", "run", "--rm", "-v", &mount, TOOLS];
    let tar = line(
        run.into_iter()
            .chain(["tar", "-C", "/volume", "-cf", "-", "."]),
    );
    let through = match Format::of(path) {
        Some(Format::Gzip) => " | gzip",
        Some(Format::Zstd) => " | zstd",
        Some(Format::Plain) | None => "",
    };
    format!("{tar}{through} > {}", line([path]))
}

fn import(volume: &str, path: &str) -> String {
    let mount = format!("{volume}:/volume");
    let run = ["docker", "run", "--rm", "-i", "-v", &mount, TOOLS];
    let tar = line(run.into_iter().chain(["tar", "-C", "/volume", "-xf", "-"]));
    let path = line([path]);
    match Format::of(&path) {
        Some(Format::Zstd) => format!("zstd -dc {path} | {tar}"),
        Some(Format::Gzip) => format!("gzip -dc {path} | {tar}"),
        Some(Format::Plain) | None => format!("{tar} < {path}"),
    }
}

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Plain,
    Gzip,
    Zstd,
}

impl Format {
    /// By the end of its name; `None` for an unknown one.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let lower = path.trim_end_matches('\'').to_lowercase();
        let ends = [
            (".tar", Self::Plain),
            (".tar.gz", Self::Gzip),
            (".tgz", Self::Gzip),
            (".tar.zst", Self::Zstd),
            (".tzst", Self::Zstd),
        ];
        let mut ends = ends.into_iter();
        ends.find_map(|(end, format)| lower.ends_with(end).then_some(format))
    }
}

fn clean_up(items: &[CleanUpItem]) -> String {
    type Pick = fn(&CleanUpItem) -> Option<&String>;
    let kinds: [(&[&str], Pick); 4] = [
        (&["docker", "rm"], |item| match item {
            CleanUpItem::Container(id) => Some(id),
            _ => None,
        }),
        (&["docker", "image", "rm"], |item| match item {
            CleanUpItem::Image(id) => Some(id),
            _ => None,
        }),
        (&["docker", "volume", "rm"], |item| match item {
            CleanUpItem::Volume(name) => Some(name),
            _ => None,
        }),
        (&["docker", "network", "rm"], |item| match item {
            CleanUpItem::Network(id) => Some(id),
            _ => None,
        }),
    ];
    let mut commands = Vec::new();
    for (start, pick) in kinds {
        let ids: Vec<&str> = items.iter().filter_map(pick).map(String::as_str).collect();
        if !ids.is_empty() {
            commands.push(line(start.iter().copied().chain(ids)));
        }
    }
    commands.extend(items.iter().filter_map(|item| match item {
        CleanUpItem::BuildCache(id) => {
            let filter = format!("id={id}");
            let words = ["docker", "builder", "prune", "--all", "--force"];
            Some(line(words.into_iter().chain(["--filter", &filter])))
        }
        _ => None,
    }));
    commands.join("\n")
}

/// Arguments of `docker buildx`, but for how it shows progress.
pub(super) fn build(spec: &BuildSpec) -> Vec<String> {
    let mut words = vec!["build".to_owned(), "--load".to_owned()];
    let mut option = |name: &str, value: &str| words.push(format!("--{name}={value}"));
    if let Some(file) = &spec.dockerfile {
        option("file", file);
    }
    spec.tags.iter().for_each(|tag| option("tag", tag));
    if let Some(target) = &spec.target {
        option("target", target);
    }
    if let Some(platform) = &spec.platform {
        option("platform", platform);
    }
    spec.args.iter().for_each(|arg| option("build-arg", arg));
    if spec.no_cache {
        words.push("--no-cache".into());
    }
    if spec.pull {
        words.push("--pull".into());
    }
    words.push(spec.context.clone());
    words
}

/// Arguments of `docker compose`, but for how it shows progress.
pub(super) fn compose(spec: &ComposeSpec) -> Vec<String> {
    let mut words = vec![format!("--project-name={}", spec.project)];
    // Without a file compose would take one of the folder that the daemon is in.
    if let Some(folder) = spec.folder.as_ref().filter(|_| !spec.files.is_empty()) {
        words.push(format!("--project-directory={folder}"));
    }
    words.extend(spec.files.iter().map(|file| format!("--file={file}")));
    let profiles = spec.profiles.iter();
    words.extend(profiles.map(|profile| format!("--profile={profile}")));
    let action: &[&str] = match spec.action {
        ComposeAction::Up => &["up", "--detach"],
        ComposeAction::Down => &["down"],
        ComposeAction::DownVolumes => &["down", "--volumes"],
        ComposeAction::Start => &["start"],
        ComposeAction::Stop => &["stop"],
        ComposeAction::Restart => &["restart"],
        ComposeAction::Pull => &["pull"],
        ComposeAction::Build => &["build"],
        ComposeAction::Watch => &["watch"],
    };
    words.extend(action.iter().map(ToString::to_string));
    if !spec.services.is_empty() {
        words.push("--".into());
        words.extend(spec.services.iter().cloned());
    }
    words
}

#[cfg(test)]
mod tests {
    use berth_api::task::{BuildSpec, CleanUpItem, ComposeAction, ComposeSpec, TaskSpec};

    use super::{Format, of};

    #[test]
    fn a_build_is_the_command_with_its_options() {
        let spec = BuildSpec {
            context: "/home/me/my app".into(),
            dockerfile: Some("/home/me/my app/Dockerfile.dev".into()),
            tags: vec!["app:dev".into()],
            args: vec!["A=b c".into()],
            no_cache: true,
            ..BuildSpec::default()
        };
        assert_eq!(
            of(&TaskSpec::Build(spec)),
            "docker buildx build --load '--file=/home/me/my app/Dockerfile.dev' --tag=app:dev \
             '--build-arg=A=b c' --no-cache '/home/me/my app'"
        );
    }

    #[test]
    fn a_compose_command_names_project_files_and_services() {
        let spec = ComposeSpec {
            project: "shop".into(),
            folder: Some("/shop".into()),
            files: vec!["/shop/compose.yaml".into()],
            action: ComposeAction::Up,
            services: vec!["web".into()],
            profiles: vec!["dev".into()],
        };
        assert_eq!(
            of(&TaskSpec::Compose(spec)),
            "docker compose --project-name=shop --project-directory=/shop \
             --file=/shop/compose.yaml --profile=dev up --detach -- web"
        );
    }

    #[test]
    fn archives_are_told_by_their_names() {
        let export = TaskSpec::ExportVolume {
            volume: "data".into(),
            path: "/tmp/a b.tar.gz".into(),
        };
        assert_eq!(
            of(&export),
            "docker run --rm -v data:/volume:ro busybox tar -C /volume -cf - . | gzip > \
             '/tmp/a b.tar.gz'"
        );
        let import = TaskSpec::ImportVolume {
            volume: "data".into(),
            path: "/tmp/a.tar.zst".into(),
        };
        assert_eq!(
            of(&import),
            "zstd -dc /tmp/a.tar.zst | docker run --rm -i -v data:/volume busybox tar -C /volume \
             -xf -"
        );
        assert_eq!(Format::of("/a.zip"), None);
        assert_eq!(Format::of("/A.TAR"), Some(Format::Plain));
    }

    #[test]
    fn a_clean_up_is_one_command_for_each_kind() {
        let items = vec![
            CleanUpItem::Image("sha256:1".into()),
            CleanUpItem::Container("a".into()),
            CleanUpItem::Image("sha256:2".into()),
            CleanUpItem::BuildCache("x".into()),
            CleanUpItem::Trim,
        ];
        assert_eq!(
            of(&TaskSpec::CleanUp { items }),
            "docker rm a\ndocker image rm sha256:1 sha256:2\n\
             docker builder prune --all --force --filter id=x"
        );
    }
}
