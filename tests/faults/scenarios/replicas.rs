//! Two replicas that nobody breaks: what is shared between them, and how soon.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Length, Outcome};
use crate::{
    figures::Figures,
    support::{
        ADMIN, Client, Person, Server, Stores, admin, get, post, posts_request, until, with_body,
    },
};

/// What one replica did holds on the other.
const SOON: Duration = Duration::from_secs(1);
/// No unit comes back while a scenario lasts.
const PERIOD: u32 = 86_400;

const CARL: Person = Person { name: "Carl", email: "carl@example.com", password: "correct horse" };

/// The units of a policy are counted once, however many replicas take them.
pub(crate) async fn limits(length: Length) -> Outcome {
    let (units, guesses) = (60, 5);
    let mut figures = Figures::default();
    for round in 0..length.of(2, 20) {
        let stores = Stores::take().await?;
        let setup = stores
            .setup()
            .with("RATE_LIMIT_DEFAULT", &format!("{units}/{PERIOD}"))
            .with("RATE_LIMIT_AUTH", &format!("{guesses}/{PERIOD}"));
        let replicas = [Server::start(&setup).await, Server::start(&setup).await];
        let wrong = json!({"email": ADMIN.email, "password": "not the password"});
        let guess = post("/api/auth/login", "", "", &wrong);
        // A guess costs a unit of each.
        let guessed = together(&replicas, &guess, 10).await;
        figures.exactly("guesses of 20", count(&guessed, 401), guesses);
        let read = together(&replicas, &get("/api/posts", ""), 4 * units).await;
        let left = units - guessed.len();
        figures.exactly("reads of 480", count(&read, 200), left);
        let refused = count(&guessed, 429) + count(&read, 429);
        figures.exactly("refused", refused, 20 + 480 - guesses - left);
        figures.note(format!("round {}", round + 1));
    }
    Ok(figures)
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|status| **status == wanted).count()
}

/// Sends so many requests to each of them, ten at a time.
async fn together(replicas: &[Server], request: &[u8], each: usize) -> Vec<u16> {
    let mut tasks = JoinSet::new();
    for replica in replicas {
        for share in 0..10 {
            let (mut client, request) = (replica.client(), request.to_vec());
            let count = (each + share) / 10;
            tasks.spawn(async move {
                let mut statuses = Vec::new();
                for _ in 0..count {
                    statuses.push(client.ask(&request).await.expect("an answer").status);
                }
                statuses
            });
        }
    }
    tasks.join_all().await.concat()
}

/// Two replicas and a client of each.
struct Pair {
    here: Client,
    there: Client,
    admin: String,
}

impl Pair {
    /// Sends a change through the first replica; how long until the second answers this request
    /// as it should.
    async fn seen(
        &mut self,
        change: &[u8],
        request: &[u8],
        is_so: impl Fn(u16, &Value) -> bool,
    ) -> Duration {
        let answer = self.here.ask(change).await.expect("an answer");
        assert!(matches!(answer.status, 200 | 201 | 204), "{}", answer.json());
        let begun = Instant::now();
        let there = &mut self.there;
        until("the other replica knows", async || {
            let answer = there.ask(request).await.expect("an answer");
            is_so(answer.status, &answer.json())
        })
        .await;
        begun.elapsed()
    }

    /// Somebody's token, which the second replica has just taken.
    async fn token(&mut self, request: impl Fn(&str) -> Vec<u8>) -> String {
        let token = CARL.log_in(&mut self.here).await;
        self.there.ask(&request(&token)).await.expect("an answer").is(200);
        token
    }
}

/// Writes, logouts, demotions and deactivations of one replica hold on the other.
pub(crate) async fn changes(length: Length) -> Outcome {
    let stores = Stores::take().await?;
    let setup = stores.setup();
    let replicas = [Server::start(&setup).await, Server::start(&setup).await];
    let mut here = replicas[0].client();
    let mut pair = Pair { admin: admin(&mut here).await, there: replicas[1].client(), here };
    let carl = CARL.register(&mut pair.here).await;
    let mut figures = Figures::default();
    let rounds = length.of(10, 100);
    let mut slowest = [Duration::ZERO; 4];
    for round in 0..rounds {
        let took = [
            write(&mut pair, round).await,
            logout(&mut pair).await,
            set(&mut pair, &carl, &json!({"role": "ADMIN"}), &json!({"role": "USER"})).await,
            set(&mut pair, &carl, &json!({"active": true}), &json!({"active": false})).await,
        ];
        for (slowest, took) in slowest.iter_mut().zip(took) {
            *slowest = took.max(*slowest);
        }
        let body = json!({"active": true});
        let path = format!("/api/users/{carl}");
        let again = with_body("PATCH", &path, &pair.admin, "", &body);
        pair.here.ask(&again).await.expect("an answer").is(200);
    }
    figures.note(format!("slowest of {rounds} each"));
    for (what, slowest) in ["write", "logout", "demotion", "deactivation"].iter().zip(slowest) {
        figures.within(&format!("a {what} holds on the other replica after"), slowest, SOON);
    }
    Ok(figures)
}

async fn write(pair: &mut Pair, round: usize) -> Duration {
    let title = format!("post-{round}");
    let list = get("/api/posts", "");
    // Both have it in their cache.
    pair.here.ask(&list).await.expect("an answer").is(200);
    pair.there.ask(&list).await.expect("an answer").is(200);
    let change = posts_request(&pair.admin, &title);
    pair.seen(&change, &list, |_, list| list["data"][0]["title"] == title.as_str()).await
}

async fn logout(pair: &mut Pair) -> Duration {
    let me = |token: &str| get("/api/users/me", token);
    let token = pair.token(me).await;
    let change = post("/api/auth/logout", &token, "", &json!({}));
    pair.seen(&change, &me(&token), |status, _| status == 401).await
}

/// Takes back from somebody what they were given.
async fn set(pair: &mut Pair, id: &str, given: &Value, taken: &Value) -> Duration {
    let path = format!("/api/users/{id}");
    let change = |body, admin: &str| with_body("PATCH", &path, admin, "", body);
    let give = change(given, &pair.admin);
    pair.here.ask(&give).await.expect("an answer").is(200);
    let me = |token: &str| get("/api/users/me", token);
    let token = pair.token(me).await;
    let taken = change(taken, &pair.admin);
    pair.seen(&taken, &me(&token), |status, _| status == 401).await
}
