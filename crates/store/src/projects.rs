//! Compose projects whose files are known, though no container of theirs may be.
use crate::{Store, StoreError};

/// A compose project that was seen or opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedProject {
    /// Its name.
    pub name: String,
    /// Its folder on the host.
    pub folder: Option<String>,
    /// Its files.
    pub files: Vec<String>,
}

impl Store {
    /// All, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn projects(&self) -> Result<Vec<RememberedProject>, StoreError> {
        let connection = self.lock();
        let mut query =
            connection.prepare_cached("SELECT name, folder, files FROM projects ORDER BY name")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut projects = Vec::new();
        for row in rows {
            let (name, folder, files): (String, Option<String>, String) = row?;
            projects.push(RememberedProject {
                name,
                folder,
                files: serde_json::from_str(&files)?,
            });
        }
        Ok(projects)
    }

    /// Remembers one, in place of another of its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remember_project(&self, project: &RememberedProject) -> Result<(), StoreError> {
        let files = serde_json::to_string(&project.files)?;
        let sql = "INSERT INTO projects VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET folder = ?2, files = ?3
                   WHERE folder IS NOT ?2 OR files != ?3";
        self.lock()
            .execute(sql, (&project.name, &project.folder, files))?;
        Ok(())
    }

    /// Forgets one; false when it was not known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_project(&self, name: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM projects WHERE name = ?1";
        Ok(self.lock().execute(sql, [name])? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::RememberedProject;
    use crate::Store;

    #[test]
    fn a_project_is_replaced_by_its_name_and_forgotten() {
        let store = Store::in_memory().unwrap();
        let mut project = RememberedProject {
            name: "shop".into(),
            folder: None,
            files: vec!["/a.yaml".into()],
        };
        store.remember_project(&project).unwrap();
        project.folder = Some("/shop".into());
        store.remember_project(&project).unwrap();
        assert_eq!(store.projects().unwrap(), [project]);
        assert!(store.forget_project("shop").unwrap());
        assert!(!store.forget_project("shop").unwrap());
    }
}
