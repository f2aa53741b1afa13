//! Names and labels that try to break whoever shows them.
use std::collections::BTreeMap;

/// Names of objects. The real engine refuses such names; a broken or hostile one
/// would not.
const NAMES: [&str; 8] = [
    "<img src=x onerror=\"document.title='owned'\">",
    "\u{202e}gnp.exe\u{202d}-rtl",
    "\u{1b}[2J\u{1b}[31mred",
    "a\u{0}b\u{7}c\r\nd\te",
    "javascript:alert(document.domain)",
    "ﷺ\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}Z̸̢̛͓͙a̵̡̛͓l̶̢̛͓g̷̡̛͓o̸̢͓",
    "../../etc/passwd?x=1#y&z=%00",
    "👩‍👩‍👧‍👦🏴‍☠️\u{200b}\u{feff}zero-width",
];

/// A name of the `n`-th hostile object.
pub(super) fn name(n: usize) -> String {
    if n % (NAMES.len() + 1) == NAMES.len() {
        return format!("{n}-{}", "long".repeat(500));
    }
    format!("{n}-{}", NAMES[n % (NAMES.len() + 1)])
}

/// Labels of the `n`-th hostile object; the first has one of 10 MB.
pub(super) fn labels(n: usize) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([
        (
            "<script>alert(1)</script>".to_owned(),
            "</style><b>".to_owned(),
        ),
        (
            "\u{202e}lebal".to_owned(),
            "\u{1b}]8;;http://evil.test\u{7}click\u{1b}]8;;\u{7}".to_owned(),
        ),
        (String::new(), "empty key".to_owned()),
    ]);
    if n == 0 {
        labels.insert("huge".to_owned(), "A".repeat(10 << 20));
    }
    if n % 3 == 1 {
        let project = "com.docker.compose.project".to_owned();
        labels.insert(project, "<svg/onload=alert(2)>".to_owned());
        labels.insert(
            "com.docker.compose.service".to_owned(),
            "\u{202e}ecivres".to_owned(),
        );
    }
    labels
}
