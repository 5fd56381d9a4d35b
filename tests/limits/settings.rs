//! Which variable sets the limit that refused: told to whoever runs the server at their desk.

use crate::support::{ANN, Answer, Client, TestServer};

const VARIABLES: [&str; 3] = ["RATE_LIMIT_DEFAULT", "RATE_LIMIT_AUTH", "RATE_LIMIT_ACCOUNT"];

async fn refused(environment: &str, variable: &str, accept: &str) -> Answer {
    let variables = [("APP_ENV", environment), (variable, "1/86400")];
    let server = TestServer::with(&variables).await;
    let guess = |client: Client| client.try_login(ANN, "wrong password");
    guess(server.anonymous()).await.is(401);
    let again = guess(server.anonymous()).header("accept", accept).await;
    again.is_error(429, "rate_limited")
}

#[tokio::test]
async fn in_development_a_429_names_the_variable() {
    for variable in VARIABLES {
        for accept in ["application/json", "application/problem+json"] {
            let answer = refused("development", variable, accept).await;
            let detail = answer.json()["detail"].to_string();
            assert!(detail.contains(&format!("{variable}=1/86400")), "{detail}");
        }
    }
}

#[tokio::test]
async fn elsewhere_it_does_not() {
    for environment in ["test", "production"] {
        let answer = refused(environment, "RATE_LIMIT_AUTH", "*/*").await;
        assert!(!answer.text().contains("RATE_LIMIT"), "{}", answer.text());
        assert_eq!(answer.json().get("detail"), None);
    }
}
