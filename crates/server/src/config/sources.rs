//! Where values come from, and which one counts.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::{
    Violation,
    variable::{Row, Visibility},
    variables::ALL,
};

/// The file that is read when it is there.
pub const DEFAULT_FILE: &str = "basalt.toml";

/// All that configuration is made from, so that nothing else is looked at.
#[derive(Clone, Default)]
pub struct Sources {
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The text of `.env`.
    pub dotenv: Option<String>,
    /// The TOML file.
    pub file: Option<SourceFile>,
}

/// A TOML file.
#[derive(Clone)]
pub struct SourceFile {
    /// Where it was.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environment.
    Environment,
    /// `.env`.
    Dotenv,
    /// The TOML file.
    File(PathBuf),
    /// Nowhere: it is the default.
    Default,
    /// A file that the variable `NAME_FILE` of this source names.
    Mounted(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::Dotenv => f.write_str(".env"),
            Self::Default => f.write_str("default"),
            Self::File(path) | Self::Mounted(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Sources {
    /// Only these variables: what tests use.
    pub fn of<K: Into<String>, V: Into<String>>(env: impl IntoIterator<Item = (K, V)>) -> Self {
        let env = env.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        Self {
            env,
            ..Self::default()
        }
    }

    /// The process's environment, the working directory's `.env`, and the TOML file.
    pub fn of_process(file: Option<&Path>) -> Result<Self, Violation> {
        Ok(Self {
            dotenv: read_if_present(Path::new(".env"))?,
            file: Self::toml_file(file)?,
            ..Self::of_environment()
        })
    }

    /// The process's environment alone.
    pub fn of_environment() -> Self {
        #[allow(
            clippy::disallowed_methods,
            reason = "the one place that reads the environment"
        )]
        let variables = std::env::vars_os();
        let text = |(name, value): (OsString, OsString)| {
            Some((
                name.into_string().ok()?,
                value.to_string_lossy().into_owned(),
            ))
        };
        Self {
            env: variables.filter_map(text).collect(),
            ..Self::default()
        }
    }

    fn toml_file(named: Option<&Path>) -> Result<Option<SourceFile>, Violation> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = read_if_present(path)?;
        if text.is_none() && named.is_some() {
            let problem = format!("{} is not there; check --config", path.display());
            return Err(Violation::new("--config", problem));
        }
        let path = path.to_owned();
        Ok(text.map(|text| SourceFile { path, text }))
    }

    /// One layer for each source, the strongest first, and what is wrong with them.
    pub(super) fn layers(&self) -> (Vec<Layer>, Vec<Violation>) {
        let mut violations = Vec::new();
        let mut layers = vec![Layer {
            origin: Origin::Environment,
            values: self.env.clone(),
        }];
        if let Some(text) = &self.dotenv {
            layers.push(Layer::dotenv(text, &mut violations));
        }
        if let Some(file) = &self.file {
            layers.push(Layer::toml(file, &mut violations));
        }
        (layers, violations)
    }
}

fn read_if_present(path: &Path) -> Result<Option<String>, Violation> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Violation::new(
            path.display().to_string(),
            format!("can't be read: {error}"),
        )),
    }
}

/// The values of one source.
pub(super) struct Layer {
    origin: Origin,
    values: BTreeMap<String, String>,
}

impl Layer {
    fn dotenv(text: &str, violations: &mut Vec<Violation>) -> Self {
        let mut values = BTreeMap::new();
        for item in dotenvy::from_read_iter(text.as_bytes()) {
            match item {
                Ok((name, value)) => {
                    values.insert(name, value);
                }
                // The error holds the line, which may hold a secret.
                Err(_) => violations.push(Violation::new(
                    ".env",
                    "has a line that is not NAME=value; put quotes around values with spaces",
                )),
            }
        }
        Self {
            origin: Origin::Dotenv,
            values,
        }
    }

    fn toml(file: &SourceFile, violations: &mut Vec<Violation>) -> Self {
        let shown = file.path.display().to_string();
        let table: toml::Table = file.text.parse().unwrap_or_else(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| {
                file.text[..span.start.min(file.text.len())]
                    .matches('\n')
                    .count()
                    + 1
            });
            // Without the error's own picture of the line, which may show a secret.
            let problem = format!("is no TOML at line {line}: {}", error.message());
            violations.push(Violation::new(shown.clone(), problem));
            toml::Table::new()
        });
        let mut values = BTreeMap::new();
        for (name, value) in table {
            if !is_known(&name) {
                violations.push(Violation::new(&name, unknown(&name, &shown)));
                continue;
            }
            match plain(&value) {
                Some(value) => {
                    values.insert(name, value);
                }
                None => violations.push(Violation::new(
                    name,
                    "must be a text, a number, true, false or a list of texts",
                )),
            }
        }
        Self {
            origin: Origin::File(file.path.clone()),
            values,
        }
    }

    /// The value this source has for a variable.
    pub(super) fn value(&self, row: &Row) -> Result<Option<(String, Origin)>, Violation> {
        let set = |value: &&String| row.empty_is_set || !value.is_empty();
        let file_name = format!("{}_FILE", row.name);
        let direct = self.values.get(row.name).filter(set);
        let mounted = self.values.get(&file_name).filter(|path| !path.is_empty());
        match (direct, mounted) {
            (Some(_), Some(_)) => Err(Violation::new(
                row.name,
                format!("is set beside {file_name}; remove one of the two"),
            )),
            (Some(value), None) => Ok(Some((value.clone(), self.origin.clone()))),
            (None, Some(path)) => mounted_value(row, &file_name, Path::new(path)),
            (None, None) => Ok(None),
        }
    }
}

fn mounted_value(
    row: &Row,
    file_name: &str,
    path: &Path,
) -> Result<Option<(String, Origin)>, Violation> {
    let text = fs::read_to_string(path).map_err(|error| {
        // Whoever puts the value itself where its file belongs should not find it in a log.
        let named = match row.visibility {
            Visibility::Plain => path.display().to_string(),
            _ => "a file".to_owned(),
        };
        Violation::new(
            file_name,
            format!("names {named} that can't be read: {error}"),
        )
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let origin = Origin::Mounted(path.to_owned());
    let set = row.empty_is_set || !text.is_empty();
    Ok(set.then(|| (text.to_owned(), origin)))
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(toml::Value::as_str).collect();
            items.map(|items| items.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

fn is_known(name: &str) -> bool {
    let bare = name.strip_suffix("_FILE").unwrap_or(name);
    ALL.iter().any(|row| row.name == bare)
}

fn unknown(name: &str, file: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let nearest = ALL.iter().map(|row| (distance(&upper, row.name), row.name));
    match nearest.min().filter(|(distance, _)| *distance <= 3) {
        Some((_, nearest)) => format!("is no variable ({file}); do you mean {nearest}?"),
        None => format!("is no variable ({file}); `basalt config` lists them all"),
    }
}

/// Levenshtein's: how many letters have to be added, taken away or changed.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
