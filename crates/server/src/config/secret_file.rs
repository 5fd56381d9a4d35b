//! The secret that is made when nobody configured one.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use basalt_adapters::files::{make_private_folders, private};

use super::{Config, Secret};

/// The file's name, in the folder of the database.
const NAME: &str = "jwt_secret";

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
#[error("{} can't be used as the secret; make the folder writable or set JWT_SECRET", path.display())]
pub struct SecretFileError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The secret that tokens are signed with: the configured one, or one that is made once.
pub fn secret_of(config: &Config) -> Result<Secret, SecretFileError> {
    match &config.tokens.secret {
        Some(secret) => Ok(secret.clone()),
        None => secret_beside(config.database.url.folder()),
    }
}

/// The secret in `folder`, made first if there is none. Of two processes that start at once, one
/// makes it and both have the same.
fn secret_beside(folder: &Path) -> Result<Secret, SecretFileError> {
    let path = folder.join(NAME);
    let secret = make_private_folders(folder).and_then(|()| read_or_make(folder, &path));
    secret.map_err(|source| SecretFileError { path, source })
}

fn read_or_make(folder: &Path, path: &Path) -> io::Result<Secret> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return filled(&read?),
    }
    // Written under a name of its own and then linked: whoever finds the file finds it whole, and
    // linking fails when another process was faster.
    let draft = folder.join(format!(".{NAME}.{}.{}", std::process::id(), random_hex(8)?));
    let written = write_private(&draft, &random_hex(32)?);
    let linked = written.and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => filled(&fs::read_to_string(path)?),
    }
}

fn filled(text: &str) -> io::Result<Secret> {
    let text = text.trim_end();
    if text.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is empty"));
    }
    Ok(Secret::from(text))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn random_hex(bytes: usize) -> io::Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(random.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, Barrier},
        thread,
    };

    use super::*;

    #[test]
    fn of_many_first_starts_all_have_the_same_secret() {
        let folder = tempfile::tempdir().unwrap();
        let start = Arc::new(Barrier::new(8));
        let runs: Vec<_> = (0..8)
            .map(|_| {
                let (start, folder) = (start.clone(), folder.path().join("data"));
                thread::spawn(move || {
                    start.wait();
                    secret_beside(&folder).unwrap()
                })
            })
            .collect();
        let secrets: Vec<_> = runs.into_iter().map(|run| run.join().unwrap()).collect();
        assert_eq!(secrets[0].expose().len(), 64);
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
        let left = fs::read_dir(folder.path().join("data")).unwrap().count();
        assert_eq!(left, 1, "no draft stays behind");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_secret() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        secret_beside(folder.path()).unwrap();
        let file = fs::metadata(folder.path().join(NAME)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn an_empty_file_is_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "\n").unwrap();
        assert!(secret_beside(folder.path()).is_err());
    }
}
