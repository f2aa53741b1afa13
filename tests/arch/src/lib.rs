//! The architecture's rules, as tests. Nothing else is in this package.
#[cfg(test)]
mod layers;
#[cfg(test)]
mod sources;
