//! Where values come from, and which one counts.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::{
    Violation, dotenv,
    names::{is_known, unknown},
    variable::{Row, Visibility},
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
    /// What could not be read of all this.
    pub unreadable: Vec<Violation>,
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
        Self { env, ..Self::default() }
    }

    /// The process's environment, the working directory's `.env`, and the TOML file.
    pub fn of_process(file: Option<&Path>) -> Self {
        let mut sources = Self::of_environment();
        sources.dotenv = sources.file_text(Path::new(".env"));
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        sources.file =
            sources.file_text(path).map(|text| SourceFile { path: path.to_owned(), text });
        if file.is_some() && sources.file.is_none() && sources.unreadable.is_empty() {
            let problem = format!("{} is not there; check --config", path.display());
            sources.unreadable.push(Violation::new("--config", problem));
        }
        sources
    }

    /// The process's environment alone.
    fn of_environment() -> Self {
        #[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let variables = std::env::vars_os();
        let mut sources = Self::default();
        for (name, value) in variables {
            let Ok(name) = name.into_string() else {
                continue;
            };
            match value.into_string() {
                Ok(value) => {
                    sources.env.insert(name, value);
                }
                Err(_) if is_known(&name) => {
                    let problem = "holds bytes that are no UTF-8 text";
                    sources.unreadable.push(Violation::new(name, problem));
                }
                Err(_) => {}
            }
        }
        sources
    }

    /// What a file holds; `None` when it is not there or can't be read.
    fn file_text(&mut self, path: &Path) -> Option<String> {
        let problem = match fs::read(path).map(String::from_utf8) {
            Ok(Ok(text)) => return Some(text),
            Ok(Err(_)) => "is no UTF-8 text; save it as UTF-8".to_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => format!("can't be read: {error}"),
        };
        let name = path.display().to_string();
        self.unreadable.push(Violation::new(name, problem));
        None
    }

    /// One layer for each source, the strongest first.
    pub(super) fn layers(&self) -> Layers {
        let mut found = Layers {
            all: vec![Layer { origin: Origin::Environment, values: self.env.clone() }],
            violations: self.unreadable.clone(),
            warnings: Vec::new(),
        };
        if let Some(text) = &self.dotenv {
            found.add_dotenv(text);
        }
        if let Some(file) = &self.file {
            found.add_toml(file);
        }
        found
    }
}

/// What was read, and what is to be said about it.
pub(super) struct Layers {
    pub(super) all: Vec<Layer>,
    pub(super) violations: Vec<Violation>,
    pub(super) warnings: Vec<Violation>,
}

/// The values of one source.
pub(super) struct Layer {
    origin: Origin,
    values: BTreeMap<String, String>,
}

impl Layers {
    fn add_dotenv(&mut self, text: &str) {
        let read = dotenv::read(text);
        let remark = |remark: dotenv::Remark| {
            Violation::new(".env", format!("line {} {}", remark.line, remark.text))
        };
        self.violations.extend(read.refused.into_iter().map(remark));
        self.warnings.extend(read.doubtful.into_iter().map(remark));
        self.all.push(Layer { origin: Origin::Dotenv, values: read.values });
    }

    fn add_toml(&mut self, file: &SourceFile) {
        let shown = file.path.display().to_string();
        let table: toml::Table = file.text.parse().unwrap_or_else(|error: toml::de::Error| {
            let line = error.span().map_or(0, |span| {
                file.text[..span.start.min(file.text.len())].matches('\n').count() + 1
            });
            // Without the error's own picture of the line, which may show a secret.
            let problem = format!("is no TOML at line {line}: {}", error.message());
            self.violations.push(Violation::new(shown.clone(), problem));
            toml::Table::new()
        });
        let mut values = BTreeMap::new();
        for (name, value) in table {
            if !is_known(&name) {
                let problem = unknown(&name, &shown);
                self.violations.push(Violation::new(&name, problem));
                continue;
            }
            match plain(&value) {
                Some(value) => {
                    values.insert(name, value);
                }
                None => self.violations.push(Violation::new(
                    name,
                    "must be a text, a number, true, false or a list of texts",
                )),
            }
        }
        self.all.push(Layer { origin: Origin::File(file.path.clone()), values });
    }
}

impl Layer {
    /// Where its values come from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The names that have a value here that is not empty.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let set = self.values.iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, _)| name.as_str())
    }

    /// What stands here under any name.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether this source sets a variable, itself or by a file.
    pub(super) fn sets(&self, row: &Row) -> bool {
        !matches!(self.value(row), Ok(None))
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
        Violation::new(file_name, format!("names {named} that can't be read: {error}"))
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
