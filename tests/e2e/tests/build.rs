//! BuildKit through the forwarded socket: its sessions are connections that
//! the engine uses to call the client back.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{fs, path::Path};

use berth_e2e::{
    docker::{Image, docker, unique},
    process::Finished,
};

/// The second stage has one file of the first.
const STAGES: &str = "\
FROM e2e/busybox AS tools
COPY word /word
RUN tr a-z A-Z < /word > /loud

FROM scratch
COPY --from=tools /bin/busybox /bin/busybox
COPY --from=tools /loud /loud
CMD [\"/bin/busybox\", \"cat\", \"/loud\"]
";

fn build(folder: &Path, image: &Image, options: &[&str]) -> Finished {
    let mut arguments = vec!["build", "--progress", "plain", "-t", &image.0];
    arguments.extend(options);
    arguments.push(folder.to_str().unwrap());
    docker(arguments)
}

fn image() -> Image {
    Image(format!("e2e/built:{}", unique("b")))
}

#[test]
fn a_build_of_two_stages_gives_an_image_of_the_last() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), STAGES).unwrap();
    fs::write(folder.path().join("word"), unique("word")).unwrap();
    let image = image();
    build(folder.path(), &image, &[]).ok();
    let word = fs::read_to_string(folder.path().join("word")).unwrap();
    assert_eq!(docker(["run", "--rm", &image.0]).ok(), word.to_uppercase());
}

#[test]
fn a_cache_mount_lasts_from_build_to_build() {
    let folder = tempfile::tempdir().unwrap();
    let cache = unique("cache");
    let text = format!(
        "FROM e2e/busybox\nARG ROUND\n\
         RUN --mount=type=cache,id={cache},target=/cache echo $ROUND >> /cache/rounds && \
         cp /cache/rounds /rounds\n"
    );
    fs::write(folder.path().join("Dockerfile"), text).unwrap();
    let image = image();
    for round in ["ROUND=1", "ROUND=2"] {
        build(folder.path(), &image, &["--build-arg", round]).ok();
    }
    assert_eq!(
        docker(["run", "--rm", &image.0, "cat", "/rounds"]).ok(),
        "1\n2"
    );
}

#[test]
fn a_secret_is_there_while_building_and_not_in_the_image() {
    let folder = tempfile::tempdir().unwrap();
    let secret = unique("secret");
    fs::write(folder.path().join("secret"), &secret).unwrap();
    let context = folder.path().join("context");
    fs::create_dir(&context).unwrap();
    let text = "FROM e2e/busybox\n\
         RUN --mount=type=secret,id=key sha256sum < /run/secrets/key > /sum\n";
    fs::write(context.join("Dockerfile"), text).unwrap();
    let image = image();
    let option = format!("id=key,src={}", folder.path().join("secret").display());
    build(&context, &image, &["--secret", &option]).ok();
    let script = format!("echo -n {secret} | sha256sum | cmp - /sum && ! test -s /run/secrets/key");
    docker(["run", "--rm", &image.0, "sh", "-c", &script]).ok();
}

#[test]
fn a_failed_build_shows_what_failed() {
    let folder = tempfile::tempdir().unwrap();
    let text = "FROM e2e/busybox\nRUN echo aground && exit 9\n";
    fs::write(folder.path().join("Dockerfile"), text).unwrap();
    let error = build(folder.path(), &image(), &[]).failed();
    assert!(
        error.contains("aground") && error.contains("exit code: 9"),
        "{error}"
    );
}

#[test]
fn bake_builds_its_targets() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (image(), image());
    fs::write(
        folder.path().join("Dockerfile"),
        "FROM scratch\nARG WORD\nLABEL word=$WORD\n",
    )
    .unwrap();
    let text = format!(
        "group \"default\" {{ targets = [\"one\", \"two\"] }}\n\
         target \"one\" {{\n tags = [\"{}\"]\n args = {{ WORD = \"one\" }}\n}}\n\
         target \"two\" {{\n tags = [\"{}\"]\n args = {{ WORD = \"two\" }}\n}}\n",
        one.0, two.0
    );
    let file = folder.path().join("docker-bake.hcl");
    fs::write(&file, text).unwrap();
    let mut bake = berth_e2e::docker::command(["buildx", "bake", "--progress", "plain", "--load"]);
    berth_e2e::process::run(bake.arg("-f").arg(&file).current_dir(folder.path())).ok();
    for (image, word) in [(&one, "one"), (&two, "two")] {
        let format = "{{.Config.Labels.word}}";
        assert_eq!(
            docker(["image", "inspect", "-f", format, &image.0]).ok(),
            word
        );
    }
}
