use sea_orm::{DbBackend, Statement, Value, Values};

/// A statement in the making: its text, and the values of its parameters.
pub(super) struct Sql {
    backend: DbBackend,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self { backend, text: String::new(), values: Vec::new() }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.backend
    }

    /// Binds a value, and gives what stands for it in the text. Both databases number parameters, so
    /// it may stand there in any place and more than once.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The same for `LIMIT` and `OFFSET`. Where a bare parameter stands there, SQLite plans by its value,
    /// and so prepares the statement once more whenever it is executed: a third of what a page costs.
    pub(super) fn bind_rows(&mut self, rows: i64) -> String {
        format!("CAST({} AS bigint)", self.bind(rows))
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn into_statement(self) -> Statement {
        let Self { backend, text, values } = self;
        let mut statement = Statement::from_string(backend, text);
        statement.values = Some(Values(values));
        statement
    }
}
