//! Sizes in bytes, read and written with binary (IEC 80000-13) units.
use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

/// A size in bytes. Written as a number in JSON, as `4GiB` for people.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "number"))]
#[serde(transparent)]
pub struct ByteSize(u64);

/// Why a text is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Not a number followed by a unit.
    #[error("'{0}' is not a size: write a number and a unit, such as 4GiB or 512MiB")]
    Syntax(String),
    /// More than fits 64 bits.
    #[error("'{0}' is too large a size")]
    TooLarge(String),
}

impl ByteSize {
    /// This many bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// This many times 2^20 bytes; the largest size if that is too large.
    pub const fn mib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 20))
    }

    /// This many times 2^30 bytes; the largest size if that is too large.
    pub const fn gib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 30))
    }

    /// The number of bytes.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// In the largest unit that divides it: parses back to the same size.
    pub fn exact(self) -> String {
        let power = (self.0.trailing_zeros() / 10) as usize;
        let power = match self.0 {
            0 => 0,
            _ => power.min(UNITS.len() - 1),
        };
        format!("{}{}", self.0 >> (10 * power), UNITS[power])
    }

    /// The nearest multiple of `unit` that is not larger.
    #[must_use]
    pub const fn rounded_down(self, unit: Self) -> Self {
        match self.0.checked_rem(unit.0) {
            Some(rest) => Self(self.0 - rest),
            None => self,
        }
    }
}

impl fmt::Display for ByteSize {
    /// Exact where a unit divides it (`4GiB`), else one decimal (`1.5GiB`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = (63 - (self.0 | 1).leading_zeros()) / 10;
        let power = (power as usize).min(UNITS.len() - 1);
        let unit = 1_u64 << (10 * power);
        let whole = self.0 / unit;
        let tenths = u128::from(self.0 % unit) * 10 / u128::from(unit);
        let text = if self.0.is_multiple_of(unit) || tenths == 0 {
            format!("{whole}{}", UNITS[power])
        } else {
            format!("{whole}.{tenths}{}", UNITS[power])
        };
        f.pad(&text)
    }
}

impl FromStr for ByteSize {
    type Err = SizeError;

    /// Reads `4GiB`, `1.5 GiB`, `4G`, `512m` or plain bytes. A unit without
    /// `i` is binary too: nobody gives a machine 4000000000 bytes of memory.
    fn from_str(text: &str) -> Result<Self, SizeError> {
        let syntax = || SizeError::Syntax(text.to_owned());
        let trimmed = text.trim();
        let split = trimmed
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(trimmed.len());
        let (number, unit) = trimmed.split_at(split);
        let unit = unit_bytes(unit.trim()).ok_or_else(syntax)?;
        let bytes = scaled(number, unit).ok_or_else(syntax)?;
        u64::try_from(bytes)
            .map(Self)
            .map_err(|_| SizeError::TooLarge(text.to_owned()))
    }
}

fn unit_bytes(unit: &str) -> Option<u64> {
    let power = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return None,
    };
    Some(1 << (10 * power))
}

fn scaled(number: &str, unit: u64) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    // Nine decimals are finer than a byte of a GiB and keep this within 128 bits.
    if whole.is_empty() || whole.len() > 20 || fraction.len() > 9 || fraction.contains('.') {
        return None;
    }
    let mut bytes = whole.parse::<u128>().ok()? * u128::from(unit);
    if !fraction.is_empty() {
        let parts = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
        bytes += fraction.parse::<u128>().ok()? * u128::from(unit) / parts;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{ByteSize, SizeError};

    #[track_caller]
    fn check(text: &str, bytes: u64) {
        assert_eq!(text.parse(), Ok(ByteSize::bytes(bytes)));
    }

    #[test]
    fn sizes_are_read_with_and_without_units() {
        check("4GiB", 4 << 30);
        check("4 gib", 4 << 30);
        check("512M", 512 << 20);
        check("1.5GiB", 3 << 29);
        check("4096", 4096);
        check("0", 0);
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for bad in ["", "GiB", "4XiB", "-1GiB", "1.2.3GiB", "4GiB8", "."] {
            let error = bad.parse::<ByteSize>().unwrap_err();
            assert_eq!(error, SizeError::Syntax(bad.into()), "{bad}");
        }
        let large = "99999999TiB".parse::<ByteSize>();
        assert_eq!(large, Err(SizeError::TooLarge("99999999TiB".into())));
    }

    #[test]
    fn sizes_are_written_in_the_largest_unit() {
        assert_eq!(ByteSize::gib(4).to_string(), "4GiB");
        assert_eq!(ByteSize::mib(1536).to_string(), "1.5GiB");
        assert_eq!(ByteSize::bytes(0).to_string(), "0B");
        assert_eq!(ByteSize::bytes(1023).to_string(), "1023B");
        assert_eq!(ByteSize::bytes(u64::MAX).to_string(), "16777215.9TiB");
    }

    #[test]
    fn an_exact_text_parses_back_to_the_same_size() {
        for bytes in [0, 1, 1023, 1024, 1536 << 20, (4 << 30) + 1, u64::MAX] {
            let size = ByteSize::bytes(bytes);
            assert_eq!(size.exact().parse(), Ok(size));
        }
        assert_eq!(ByteSize::mib(1536).exact(), "1536MiB");
    }

    #[test]
    fn rounding_down_stops_at_the_unit() {
        let rounded = ByteSize::bytes((3 << 30) + 5).rounded_down(ByteSize::mib(256));
        assert_eq!(rounded, ByteSize::gib(3));
    }

    proptest::proptest! {
        #[test]
        fn any_size_comes_back_from_its_exact_text(bytes: u64) {
            let size = ByteSize::bytes(bytes);
            assert_eq!(size.exact().parse(), Ok(size));
        }

        #[test]
        fn any_text_is_a_size_or_an_error(text: String) {
            let _ = text.parse::<ByteSize>();
        }

        #[test]
        fn any_number_with_a_unit_is_a_size_or_an_error(text in "[0-9]{0,24}[.]?[0-9]{0,12} ?[kmgtKMGT]?i?[bB]?") {
            let _ = text.parse::<ByteSize>();
        }
    }
}
