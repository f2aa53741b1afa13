//! Secrets from the system's randomness, and their comparison.
use std::{fmt, io};

use subtle::ConstantTimeEq;

/// Bytes of a secret: 256 bits.
const LENGTH: usize = 32;

/// A secret, 64 hexadecimal digits as text.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(crate) fn random() -> io::Result<Self> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let text = bytes.iter().map(|byte| format!("{byte:02x}"));
        Ok(Self(text.collect()))
    }

    /// Compares in a time that tells nothing of the secret.
    pub(crate) fn matches(&self, offered: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(offered).into()
    }

    /// The secret itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_matches_itself_and_nothing_else() {
        let token = Token::random().unwrap();
        let text = token.reveal().to_owned();
        assert_eq!(text.len(), 64);
        assert!(token.matches(text.as_bytes()));
        for other in [
            "",
            &text[1..],
            &format!("{text}0"),
            &text.to_uppercase().replace('A', "a"),
        ] {
            assert!(other == text || !token.matches(other.as_bytes()));
        }
        assert!(!token.matches(Token::random().unwrap().reveal().as_bytes()));
    }

    #[test]
    fn a_token_is_not_printed_by_accident() {
        let token = Token::random().unwrap();
        assert!(!format!("{token:?}").contains(token.reveal()));
    }
}
