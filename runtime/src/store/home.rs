//! The state directory of a program: by the XDG base directories, or by the rules of the platform.

use crate::store::error::StoreError;
use std::ffi::OsString;
use std::path::PathBuf;

/// The directory for the sessions of the program `app`.
pub(super) fn sessions_of(app: &str) -> Result<PathBuf, StoreError> {
    sessions_in(app, |name| std::env::var_os(name), std::env::home_dir())
}

/// The environment is a parameter, so that tests can set it.
fn sessions_in(
    app: &str,
    variable: impl Fn(&str) -> Option<OsString>,
    home: Option<PathBuf>,
) -> Result<PathBuf, StoreError> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !(1..=64).contains(&app.len()) || app.starts_with('.') || !app.bytes().all(letters) {
        return Err(StoreError::new(format!(
            "{app:?} is not a valid directory name: use up to 64 of the characters a-z, A-Z, 0-9, `-`, `_` and `.`, and not `.` as the first"
        )));
    }
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let named = |name: &str| variable(name).map(PathBuf::from).and_then(absolute);
    let home = home.and_then(absolute);
    let state = if cfg!(windows) {
        named("LOCALAPPDATA").or_else(|| Some(home?.join("AppData").join("Local")))
    } else if cfg!(target_vendor = "apple") {
        home.map(|home| home.join("Library").join("Application Support"))
    } else {
        named("XDG_STATE_HOME").or_else(|| Some(home?.join(".local").join("state")))
    };
    let variables = match () {
        () if cfg!(windows) => "LOCALAPPDATA",
        () if cfg!(target_vendor = "apple") => "HOME",
        () => "HOME or XDG_STATE_HOME",
    };
    Ok(state
        .ok_or_else(|| {
            StoreError::new(format!(
                "there is no home directory for the sessions: set {variables} to an absolute path, or name a directory with `FileStore::at`"
            ))
        })?
        .join(app)
        .join("sessions"))
}

#[cfg(all(test, unix, not(target_vendor = "apple")))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn with(variables: &[(&str, &str)], home: Option<&str>) -> Result<PathBuf, StoreError> {
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        sessions_in("petstore", variable, home.map(PathBuf::from))
    }

    #[test]
    fn the_state_directory_is_that_of_the_platform() {
        assert_eq!(with(&[], Some("/home/a")).unwrap(), PathBuf::from("/home/a/.local/state/petstore/sessions"));
        let elsewhere = with(&[("XDG_STATE_HOME", "/state")], Some("/home/a")).unwrap();
        assert_eq!(elsewhere, PathBuf::from("/state/petstore/sessions"));
        // The specification: "All paths set in these environment variables must be absolute", or are ignored.
        let relative = with(&[("XDG_STATE_HOME", "state")], Some("/home/a")).unwrap();
        assert_eq!(relative, PathBuf::from("/home/a/.local/state/petstore/sessions"));
    }

    #[test]
    fn r16_without_a_home_directory_the_error_names_the_variables() {
        for home in [None, Some(""), Some("relative")] {
            let error = with(&[], home).unwrap_err().to_string();
            assert!(error.contains("XDG_STATE_HOME") && error.contains("FileStore::at"), "{error}");
        }
    }

    #[test]
    fn an_app_name_that_is_a_path_is_refused() {
        for app in ["", ".", "..", "a/b", "../a", "a\0", ".hidden", &"x".repeat(65)] {
            assert!(sessions_of(app).is_err(), "{app:?}");
        }
        assert!(sessions_of("pet-store_2.0").is_ok());
    }
}
