//! Commands as people copy them into a shell.
use std::fmt::Write;

/// `words` as one line for a POSIX shell.
pub(crate) fn line<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        quote(&mut line, word.as_ref());
    }
    line
}

fn quote(line: &mut String, word: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@%+=:,./_-".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        line.push_str(word);
        return;
    }
    // A control character could do something on its way into the terminal.
    if word.chars().any(char::is_control) {
        line.push_str("$'");
        for character in word.chars() {
            match character {
                '\'' | '\\' => {
                    line.push('\\');
                    line.push(character);
                }
                '\n' => line.push_str("\\n"),
                '\t' => line.push_str("\\t"),
                control if control.is_control() && control.is_ascii() => {
                    let code = u32::from(control);
                    // Writing to a String can't fail.
                    let _ = write!(line, "\\x{code:02x}");
                }
                control if control.is_control() => {
                    let code = u32::from(control);
                    let _ = write!(line, "\\u{code:04x}");
                }
                other => line.push(other),
            }
        }
        line.push('\'');
        return;
    }
    line.push('\'');
    line.push_str(&word.replace('\'', r"'\''"));
    line.push('\'');
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::line;

    #[test]
    fn plain_words_stay_as_they_are() {
        let words = ["docker", "pull", "registry:5000/a@sha256:12", "--x=1"];
        assert_eq!(line(words), "docker pull registry:5000/a@sha256:12 --x=1");
    }

    #[test]
    fn a_shell_reads_back_every_word() {
        let words = [
            "",
            " ",
            "a b",
            "it's",
            "$(id)",
            "`id`",
            "\"",
            "\\",
            "*",
            "~",
            "a;b",
            "über",
            "-n",
            "!x",
            "a\nb",
            "\u{1b}[31m",
            "#",
            "tab\tx",
            "q'\n\\",
        ];
        let script = format!("printf '%s\\0' {}", line(words));
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        let mut read: Vec<_> = output.stdout.split(|byte| *byte == 0).collect();
        assert_eq!(read.pop(), Some(&b""[..]));
        assert_eq!(read, words.map(str::as_bytes));
    }
}
