use super::*;
use crate::image::workspace_root;

fn package(name: &str, version: &str) -> ImagePackage {
    ImagePackage {
        name: name.into(),
        version: version.into(),
        architecture: "amd64".into(),
        sha256: "0a".repeat(32),
        suite: "trixie".into(),
    }
}

fn lock(kernel: &str, packages: &[(&str, &str)]) -> Lock {
    let packages = packages
        .iter()
        .map(|(name, version)| package(name, version))
        .collect();
    Lock {
        epoch: 7,
        kernel: kernel.into(),
        packages,
    }
}

#[test]
fn the_committed_lock_fits_the_committed_recipe() {
    let workspace = workspace_root().unwrap();

    let lock = Lock::read(&workspace).unwrap();

    lock.check(&Recipe::read(&workspace).unwrap()).unwrap();
}

#[test]
fn a_lock_survives_being_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let before = lock("k1", &[("a", "1"), ("k1", "6")]);

    before.write_file(&path).unwrap();

    assert_eq!(Lock::read_file(&path).unwrap(), before);
}

#[test]
fn a_lock_without_its_kernel_or_with_a_bad_hash_is_refused() {
    let no_kernel = lock("k1", &[("a", "1")]);
    let mut bad_hash = lock("k1", &[("k1", "1")]);
    bad_hash.packages[0].sha256 = "../../etc/passwd".into();

    for lock in [no_kernel, bad_hash] {
        let text = serde_json::to_string(&lock).unwrap();
        assert!(Lock::parse(&text).is_err(), "{text}");
    }
    assert!(Lock::parse("{}").is_err());
}

#[test]
fn only_vanished_packages_are_taken_from_today() {
    let old = lock("k1", &[("a", "1"), ("b", "1"), ("k1", "6")]);
    let today = lock("k1", &[("a", "2"), ("b", "2"), ("k1", "6")]);
    let available = [("a", "1"), ("a", "2"), ("b", "2"), ("k1", "6")]
        .map(|(name, version)| (name.to_owned(), version.to_owned()));

    let vanished = vanished(&old, &available.into());
    let new = substitute(&old, &vanished, &today);

    assert_eq!(new, lock("k1", &[("a", "1"), ("b", "2"), ("k1", "6")]));
}

#[test]
fn a_vanished_kernel_is_replaced_by_one_of_another_name() {
    let old = lock("k1", &[("a", "1"), ("k1", "6.1")]);
    let today = lock("k2", &[("a", "1"), ("k2", "6.2")]);

    let new = substitute(&old, &BTreeSet::from(["k1".to_owned()]), &today);

    assert_eq!(new, lock("k2", &[("a", "1"), ("k2", "6.2")]));
}

#[test]
fn a_package_that_is_wanted_but_not_locked_is_named() {
    let workspace = workspace_root().unwrap();
    let recipe = Recipe::read(&workspace).unwrap();
    let mut lock = Lock::read(&workspace).unwrap();
    lock.packages.retain(|package| package.name != "runc");

    let error = lock.check(&recipe).unwrap_err().to_string();

    assert!(
        error.contains("runc") && error.contains("--update-lock"),
        "{error}"
    );
}

#[test]
fn the_newest_version_is_looked_for_in_a_suite_and_its_updates_only() {
    let recipe = Recipe::read(&workspace_root().unwrap()).unwrap();
    // apt names the newest first.
    let available =
        [("3", "sid"), ("2", "trixie-security"), ("1", "trixie")].map(|(version, suite)| {
            Available {
                name: "git".into(),
                version: version.into(),
                suite: suite.into(),
            }
        });

    assert_eq!(newest(&available, &recipe, "git", "trixie").unwrap(), "2");
    assert_eq!(newest(&available, &recipe, "git", "sid").unwrap(), "3");
    let error = newest(&available, &recipe, "runc", "sid").unwrap_err();
    assert!(error.to_string().contains("runc in sid"), "{error}");
}
