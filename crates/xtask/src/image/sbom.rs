//! The bill of materials: SPDX 2.3 in JSON (<https://spdx.github.io/spdx-spec/v2.3/>).
use berth_model::image::{ImagePackage, Manifest};
use serde_json::{Value, json};

const IMAGE: &str = "SPDXRef-Image";
const AGENT: &str = "SPDXRef-Agent";
const NAMESPACE: &str = "https://github.com/berth-containers/berth/spdx";

/// The document for the image of `manifest`, whose agent has `agent_version`.
pub(super) fn document(manifest: &Manifest, agent_version: &str) -> Value {
    let mut packages = vec![image(manifest), agent(agent_version)];
    packages.extend(manifest.packages.iter().map(package));
    let contained = manifest
        .packages
        .iter()
        .map(identifier)
        .chain([AGENT.to_owned()]);
    let mut relationships = vec![relationship("SPDXRef-DOCUMENT", "DESCRIBES", IMAGE)];
    relationships.extend(contained.map(|name| relationship(IMAGE, "CONTAINS", &name)));
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": format!("berth-guest-{}", manifest.key),
        "documentNamespace": format!("{NAMESPACE}/{}", manifest.key),
        "creationInfo": {
            "created": manifest.created,
            "creators": ["Tool: berth-xtask"],
        },
        "packages": packages,
        "relationships": relationships,
    })
}

/// `epoch`, in seconds since 1970, as RFC 3339 in UTC.
pub(super) fn timestamp(epoch: u64) -> String {
    let (days, second) = (epoch / 86_400, epoch % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
fn civil(days_since_1970: u64) -> (u64, u64, u64) {
    let days = days_since_1970 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

fn image(manifest: &Manifest) -> Value {
    json!({
        "SPDXID": IMAGE,
        "name": "berth-guest",
        "versionInfo": manifest.key,
        "primaryPackagePurpose": "OPERATING-SYSTEM",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    })
}

fn agent(version: &str) -> Value {
    json!({
        "SPDXID": AGENT,
        "name": "berth-agent",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
    })
}

fn package(package: &ImagePackage) -> Value {
    json!({
        "SPDXID": identifier(package),
        "name": package.name,
        "versionInfo": package.version,
        "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": package.sha256}],
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": locator(package),
        }],
    })
}

/// The package URL (purl-spec, type `deb`).
fn locator(package: &ImagePackage) -> String {
    format!(
        "pkg:deb/debian/{}@{}?arch={}&distro={}",
        encode(&package.name),
        encode(&package.version),
        package.architecture,
        package.suite
    )
}

fn encode(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | '~' | ':' => c.to_string(),
            other => format!("%{:02X}", u32::from(other)),
        })
        .collect()
}

/// An SPDX identifier may hold letters, digits, `.` and `-` only.
fn identifier(package: &ImagePackage) -> String {
    let name = package
        .name
        .replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-");
    format!("SPDXRef-Package-{name}")
}

fn relationship(from: &str, kind: &str, to: &str) -> Value {
    json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use berth_model::image::EngineVersions;

    use super::*;

    fn manifest() -> Manifest {
        let package = |name: &str| ImagePackage {
            name: name.into(),
            version: "1:2.0+b1~x-1".into(),
            architecture: "amd64".into(),
            sha256: "0a".repeat(32),
            suite: "sid".into(),
        };
        Manifest {
            key: "abc".into(),
            created: timestamp(0),
            kernel: "6".into(),
            architecture: "amd64".into(),
            root_filesystem: "squashfs".into(),
            engine: EngineVersions::default(),
            files: Vec::new(),
            download_bytes: 0,
            packages: vec![package("docker.io"), package("libstdc++6")],
        }
    }

    #[test]
    fn the_document_has_what_spdx_demands() {
        let document = document(&manifest(), "0.1.0");

        assert_eq!(document["spdxVersion"], "SPDX-2.3");
        assert_eq!(document["dataLicense"], "CC0-1.0");
        assert_eq!(document["SPDXID"], "SPDXRef-DOCUMENT");
        assert_eq!(document["creationInfo"]["created"], "1970-01-01T00:00:00Z");
        for package in document["packages"].as_array().unwrap() {
            for field in ["SPDXID", "name", "downloadLocation"] {
                assert!(package[field].is_string(), "{field} of {package}");
            }
        }
    }

    #[test]
    fn identifiers_are_legal_distinct_and_all_contained_in_the_image() {
        let document = document(&manifest(), "0.1.0");
        let packages = document["packages"].as_array().unwrap();
        let names: BTreeSet<&str> = packages
            .iter()
            .map(|package| package["SPDXID"].as_str().unwrap())
            .collect();
        let relationships = document["relationships"].as_array().unwrap();
        let related: BTreeSet<&str> = relationships
            .iter()
            .map(|r| r["relatedSpdxElement"].as_str().unwrap())
            .collect();

        assert_eq!(names.len(), packages.len());
        assert_eq!(names, related);
        let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        assert!(
            names.iter().all(|name| name.chars().all(is_legal)),
            "{names:?}"
        );
    }

    #[test]
    fn a_package_url_escapes_what_a_url_would_read_otherwise() {
        assert_eq!(
            locator(&manifest().packages[1]),
            "pkg:deb/debian/libstdc%2B%2B6@1:2.0%2Bb1~x-1?arch=amd64&distro=sid"
        );
    }

    #[test]
    fn times_are_right_around_leap_days_and_year_ends() {
        for (epoch, expected) in [
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_767_225_599, "2025-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(epoch), expected);
        }
    }
}
