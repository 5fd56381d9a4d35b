//! Every example of the document is an answer of the server: ids, times, tokens and cursors aside.

mod errors;
mod successes;

use serde_json::{Value, json};

use crate::support::{Answer, Contract, Request};

/// An example, and where it stands.
struct Example<'a> {
    /// The operations that show it.
    operation: String,
    status: u16,
    media_type: &'a str,
    value: Value,
}

/// Answers of the server, with the operations that gave them.
#[derive(Default)]
struct Answers(Vec<(String, Answer)>);

impl Answers {
    /// Keeps the answer to a request.
    async fn ask(&mut self, operation: &str, request: Request) {
        let answer = request.await;
        self.keep(operation, answer);
    }

    /// Keeps the answers to a request that is refused, in both forms of an error.
    async fn ask_both(&mut self, operation: &str, request: Request) {
        let problem = request.clone();
        self.ask(operation, request).await;
        let problem = problem.header("accept", "application/problem+json");
        self.ask(operation, problem).await;
    }

    fn keep(&mut self, operation: &str, answer: Answer) {
        self.0.push((operation.to_owned(), answer));
    }

    /// Whether one of them is this example. What an operation takes and gives is its own; other
    /// errors are the same wherever they occur.
    fn have(&self, example: &Example<'_>) -> bool {
        let is_own = example.status < 300 || example.status == 400;
        self.0.iter().any(|(operation, answer)| {
            (!is_own || *operation == example.operation)
                && answer.status == example.status
                && answer.header("content-type") == example.media_type
                && masked(answer.json()) == example.value
        })
    }

    /// Insists that all examples with these statuses are among the answers.
    async fn have_all(&self, statuses: std::ops::Range<u16>) {
        let contract = Contract::get().await;
        let examples = examples(contract);
        let wanted = examples.iter().filter(|e| statuses.contains(&e.status));
        let mut count = 0;
        for example in wanted {
            count += 1;
            let Example { operation, status, media_type, value } = example;
            assert!(
                self.have(example),
                "no answer is the example of {operation}, {status} {media_type}: {value:#}\n{:#?}",
                self.0
                    .iter()
                    .filter(|(_, answer)| answer.status == *status)
                    .map(|(operation, answer)| format!("{operation}: {}", answer.text()))
                    .collect::<Vec<_>>()
            );
        }
        assert!(count > 10, "{count}");
    }
}

/// All examples of all answers.
fn examples(contract: &Contract) -> Vec<Example<'_>> {
    let mut all = Vec::new();
    for operation in contract.operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let responses = operation.value["responses"].as_object().expect("responses");
        for (status, response) in responses {
            let content = contract.resolved(response)["content"].as_object();
            for (media_type, of_type) in content.into_iter().flatten() {
                for value in values(of_type) {
                    all.push(Example {
                        operation: name.clone(),
                        status: status.parse().expect("a status"),
                        media_type,
                        value: masked(value),
                    });
                }
            }
        }
    }
    all
}

/// The one example of a media type, or the several.
fn values(of_type: &Value) -> Vec<Value> {
    let one = of_type.get("example").cloned();
    let several = of_type["examples"].as_object();
    let several = several.into_iter().flatten().map(|(_, e)| e["value"].clone());
    one.into_iter().chain(several).collect()
}

/// What differs from one answer to the next, left out.
fn masked(mut value: Value) -> Value {
    const DIFFER: [&str; 8] =
        ["id", "createdAt", "updatedAt", "expiresAt", "token", "requestId", "instance", "next"];
    match &mut value {
        Value::Array(items) => {
            for item in items {
                *item = masked(item.take());
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                *member = if DIFFER.contains(&name.as_str()) && member.is_string() {
                    json!("differs")
                } else {
                    masked(member.take())
                };
            }
        }
        _ => {}
    }
    value
}

#[tokio::test]
async fn every_body_has_one_and_fits_its_schema() {
    let contract = Contract::get().await;
    for operation in contract.operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let responses = operation.value["responses"].as_object().unwrap();
        let responses =
            responses.iter().map(|(status, r)| (status.as_str(), &contract.resolved(r)["content"]));
        let sent = ("sent", &operation.value["requestBody"]["content"]);
        for (status, content) in responses.chain([sent]) {
            for (media_type, of_type) in content.as_object().into_iter().flatten() {
                let values = values(of_type);
                // The document would be an example of itself, and whoever names the form of a
                // problem is never told that it is not acceptable.
                let is_expected = of_type["schema"].get("$ref").is_some()
                    && !(status == "406" && media_type == "application/problem+json");
                assert_eq!(is_expected, !values.is_empty(), "{name}");
                let validator = contract.validator(&of_type["schema"]);
                for value in values {
                    assert!(validator.is_valid(&value), "{name}: {value}");
                }
            }
        }
    }
}
