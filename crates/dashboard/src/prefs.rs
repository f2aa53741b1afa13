//! What the dashboard remembers of its user's choices.
use std::sync::Arc;

use berth_api::{
    dashboard::{PrefSet, Prefs},
    error::ApiError,
};
use berth_store::Store;

use crate::{
    blocking,
    failure::{self, bad_request},
};

/// Longest name, in bytes.
const NAME_MAX: usize = 128;

/// Longest value as JSON, in bytes.
const VALUE_MAX: usize = 64 << 10;

/// Most names, so that a defect of the dashboard can't fill the disk.
const COUNT_MAX: usize = 1000;

pub(crate) async fn all(store: Arc<Store>) -> Result<Prefs, ApiError> {
    let read = move || store.prefs().map_err(|error| failure::store(&error));
    let values = blocking::run(read).await?;
    Ok(Prefs { values })
}

pub(crate) async fn set(store: Arc<Store>, set: PrefSet) -> Result<(), ApiError> {
    check(&set)?;
    blocking::run(move || {
        let failed = |error| failure::store(&error);
        let known = store.prefs().map_err(failed)?;
        if known.len() >= COUNT_MAX && !known.contains_key(&set.name) && !set.value.is_null() {
            let message = format!("there are {COUNT_MAX} choices already");
            return Err(bad_request(message, "remove some first"));
        }
        store.set_pref(&set.name, &set.value).map_err(failed)
    })
    .await
}

fn check(set: &PrefSet) -> Result<(), ApiError> {
    if set.name.is_empty() || set.name.len() > NAME_MAX {
        let message = format!("a choice's name has 1 to {NAME_MAX} bytes");
        return Err(bad_request(message, "choose another name"));
    }
    let length = set.value.to_string().len();
    if length > VALUE_MAX {
        let message = format!("'{}' has {length} bytes, at most {VALUE_MAX} fit", set.name);
        return Err(bad_request(message, "remember less"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use berth_api::dashboard::PrefSet;
    use berth_store::Store;

    use super::{COUNT_MAX, NAME_MAX, VALUE_MAX, all, set};

    fn pref(name: impl Into<String>, value: impl Into<serde_json::Value>) -> PrefSet {
        PrefSet {
            name: name.into(),
            value: value.into(),
        }
    }

    #[tokio::test]
    async fn choices_are_bounded_in_name_value_and_number() {
        let store = Arc::new(Store::in_memory().unwrap());
        let refused = [
            pref("", 1),
            pref("n".repeat(NAME_MAX + 1), 1),
            pref("a", "v".repeat(VALUE_MAX - 1)),
        ];
        for pref in refused {
            let error = set(Arc::clone(&store), pref).await.unwrap_err();
            assert!(error.hint.is_some());
        }
        let fits = pref("n".repeat(NAME_MAX), "v".repeat(VALUE_MAX - 2));
        set(Arc::clone(&store), fits).await.unwrap();
        for number in 1..COUNT_MAX {
            store.set_pref(&number.to_string(), &1.into()).unwrap();
        }
        set(Arc::clone(&store), pref("one more", 1))
            .await
            .unwrap_err();
        set(Arc::clone(&store), pref("1", 2)).await.unwrap();
        assert_eq!(all(store).await.unwrap().values["1"], 2);
    }
}
