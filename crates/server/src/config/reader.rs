//! Reads variables one by one and remembers what is wrong with them.

use super::{
    DefaultValue, Environment, Origin, Row, Sources, Variable, Violation, Visibility, names,
    sources::{Layer, Layers},
    variables as v,
};

pub(super) struct Reader {
    layers: Vec<Layer>,
    /// What some defaults depend on; `None` beside a violation.
    pub(super) environment: Option<Environment>,
    pub(super) violations: Vec<Violation>,
    pub(super) warnings: Vec<Violation>,
}

impl Reader {
    pub(super) fn new(sources: &Sources) -> Self {
        let Layers { all, violations, warnings } = sources.layers();
        let mut reader = Self { layers: all, environment: None, violations, warnings };
        reader.environment = reader.value(&v::APP_ENV);
        reader
    }

    /// The text in force and where it came from; `None` when nobody set one.
    pub(super) fn text(&mut self, row: &Row) -> Option<(String, Origin)> {
        for layer in &self.layers {
            match layer.value(row) {
                Ok(None) => {}
                Ok(found) => return found,
                Err(violation) => {
                    self.note(violation);
                    return None;
                }
            }
        }
        None
    }

    /// A variable without a default.
    pub(super) fn set<T>(&mut self, variable: &Variable<T>) -> Option<T> {
        let (text, _) = self.text(&variable.row)?;
        self.parsed(variable, &text)
    }

    /// A variable with a default; `None` only beside a violation.
    pub(super) fn value<T>(&mut self, variable: &Variable<T>) -> Option<T> {
        let found = self.text(&variable.row).map(|(text, _)| text);
        let default = self.default_of(variable.row.default).unwrap_or_default();
        self.parsed(variable, found.as_deref().unwrap_or(default))
    }

    /// The text of a default, if it has one.
    pub(super) fn default_of(&self, default: DefaultValue) -> Option<&'static str> {
        default.in_environment(self.environment.unwrap_or(Environment::Development))
    }

    fn parsed<T>(&mut self, variable: &Variable<T>, text: &str) -> Option<T> {
        let row = &variable.row;
        let refused = |problem: String| match row.visibility {
            Visibility::Plain => Violation::new(row.name, format!("{problem} (it is {text:?})")),
            _ => Violation::new(row.name, problem),
        };
        (variable.parse)(text).map_err(|problem| self.note(refused(problem))).ok()
    }

    pub(super) fn refuse(&mut self, row: &Row, problem: impl Into<String>) {
        self.note(Violation::new(row.name, problem));
    }

    pub(super) fn warn(&mut self, row: &Row, problem: impl Into<String>) {
        self.warnings.push(Violation::new(row.name, problem));
    }

    /// Once, though a variable is looked at twice.
    fn note(&mut self, violation: Violation) {
        if !self.violations.contains(&violation) {
            self.violations.push(violation);
        }
    }

    /// What the environment or `.env` says to everybody, not to us alone; `None` when it is empty.
    pub(super) fn foreign(&self, name: &str) -> Option<&str> {
        let mut values = self.layers.iter().filter_map(|layer| layer.raw(name));
        values.find(|value| !value.is_empty())
    }

    /// A name that is almost one of ours, where that one is not set, would be a setting that
    /// nobody notices is missing.
    pub(super) fn look_for_near_misses(&mut self) {
        let mut found = Vec::new();
        for layer in &self.layers {
            for name in layer.names() {
                if let Some((row, meant)) = names::near_miss(name) {
                    let origin = layer.origin();
                    let problem = format!("is no variable ({origin}); do you mean {meant}?");
                    found.push((row, Violation::new(name, problem)));
                }
            }
        }
        for (row, violation) in found {
            if self.layers.iter().any(|layer| layer.sets(row)) {
                continue;
            }
            if self.environment == Some(Environment::Production) {
                self.note(violation);
            } else {
                self.warnings.push(violation);
            }
        }
    }

    /// Variables by which other systems are told what `APP_ENV` tells this one.
    pub(super) fn look_for_other_systems(&mut self) {
        if self.foreign("NODE_ENV").is_some() && self.text(&v::APP_ENV.row).is_none() {
            let problem = "is not looked at, and APP_ENV is not set, so this is development; set \
                           APP_ENV to development, test or production";
            self.warnings.push(Violation::new("NODE_ENV", problem));
        }
    }
}
