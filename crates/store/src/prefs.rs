//! What the dashboard's user chose.
use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Store, StoreError};

impl Store {
    /// Everything that was chosen, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn prefs(&self) -> Result<BTreeMap<String, Value>, StoreError> {
        let connection = self.lock();
        let mut query = connection.prepare_cached("SELECT name, value FROM prefs")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut prefs = BTreeMap::new();
        for row in rows {
            let (name, text): (String, String) = row?;
            prefs.insert(name, serde_json::from_str(&text)?);
        }
        Ok(prefs)
    }

    /// Sets one, or removes it when the value is null.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_pref(&self, name: &str, value: &Value) -> Result<(), StoreError> {
        let connection = self.lock();
        if value.is_null() {
            connection.execute("DELETE FROM prefs WHERE name = ?1", [name])?;
            return Ok(());
        }
        let sql = "INSERT INTO prefs VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2";
        connection.execute(sql, [name, &value.to_string()])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Store;

    #[test]
    fn a_choice_can_be_changed_and_removed() {
        let store = Store::in_memory().unwrap();
        store.set_pref("theme", &json!("dark")).unwrap();
        store.set_pref("theme", &json!({"is": "light"})).unwrap();
        assert_eq!(store.prefs().unwrap()["theme"]["is"], "light");
        store.set_pref("theme", &Value::Null).unwrap();
        assert!(store.prefs().unwrap().is_empty());
    }
}
