//! Moves users and posts of another system into a SQLite database of Basalt.
//!
//! Reads JSON objects, one a line, from stdin: users before their posts.
//!
//! ```text
//! {"id":"7","email":"Ann@Example.com","name":"Ann","role":"USER","password":"$2b$12$…","createdAt":"2024-05-01T10:00:00Z"}
//! {"authorId":"7","title":"First","content":"Hello.","published":true,"createdAt":"2024-05-02T10:00:00Z"}
//! ```
//!
//! Each value goes through the door that a request's would. Ids that are UUIDs stay, others are
//! made anew. All lines are taken or none. The server must not run meanwhile: it would not notice.

use std::{collections::HashMap, error::Error, io, time::Duration};

use basalt_adapters::{
    sea::{SeaOptions, SeaStore},
    system::UuidV7Ids,
};
use basalt_domain::{
    Content, Email, Invalid, PasswordHash, PersonName, PostId, Role, Timestamp, Title, UnsavedPost,
    User, UserId, Version,
    ports::{Ids as _, UnitOfWork, UnitsOfWork as _},
};
use serde_json::Value;

type Failure = Box<dyn Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let url = std::env::args().nth(1);
    let store = SeaStore::connect(SeaOptions {
        url: url.ok_or("name the database: sqlite://data/basalt.db")?,
        make_file: true,
        read_url: None,
        max_connections: 1,
        acquire_timeout: Duration::from_secs(5),
        statement_timeout: Duration::from_secs(5),
    })
    .await?;
    store.migrate_up().await?;
    let unit = store.begin().await?;
    let mut authors = HashMap::new();
    let mut count = 0;
    for (number, line) in (1..).zip(io::stdin().lines()) {
        let add = add(&*unit, &serde_json::from_str(&line?)?, &mut authors).await;
        add.map_err(|error| format!("line {number}: {error}"))?;
        count = number;
    }
    unit.commit().await?;
    store.close().await?;
    println!("{count} lines are in");
    Ok(())
}

/// Adds what one line holds; `authors` has the users so far, by their old ids.
async fn add(
    unit: &dyn UnitOfWork,
    line: &Value,
    authors: &mut HashMap<String, UserId>,
) -> Result<(), Failure> {
    if line["email"].is_string() {
        let user = user(line)?;
        let hash = PasswordHash::from_stored(text(line, "password")?);
        unit.users().insert(&user, &hash).await?;
        authors.insert(text(line, "id")?.to_owned(), user.id);
    } else {
        let author = authors.get(text(line, "authorId")?);
        let author = author.ok_or("the author is none of the users above")?;
        unit.posts().insert(&post(line, *author)?).await?;
    }
    Ok(())
}

fn user(line: &Value) -> Result<User, Failure> {
    let id =
        UserId::parse(text(line, "id")?).unwrap_or_else(|| UserId::from_uuid(UuidV7Ids.next()));
    Ok(User {
        role: Role::parse(text(line, "role")?).ok_or("role must be USER or ADMIN")?,
        ..User::register(
            id,
            PersonName::parse(text(line, "name")?).map_err(message)?,
            Email::parse(text(line, "email")?).map_err(message)?,
            created_at(line)?,
        )
    })
}

fn post(line: &Value, author: UserId) -> Result<UnsavedPost, Failure> {
    let id = line["id"].as_str().and_then(PostId::parse);
    let created_at = created_at(line)?;
    Ok(UnsavedPost {
        id: id.unwrap_or_else(|| PostId::from_uuid(UuidV7Ids.next())),
        title: Title::parse(text(line, "title")?).map_err(message)?,
        content: Content::parse(text(line, "content")?).map_err(message)?,
        published: line["published"].as_bool().ok_or("published must be true or false")?,
        author,
        version: Version::FIRST,
        created_at,
        updated_at: created_at,
    })
}

fn created_at(line: &Value) -> Result<Timestamp, Failure> {
    Ok(Timestamp::new(text(line, "createdAt")?.parse()?))
}

fn text<'a>(line: &'a Value, field: &str) -> Result<&'a str, Failure> {
    let text = line[field].as_str();
    text.ok_or_else(|| format!("{field} must be a text").into())
}

fn message(invalid: Invalid) -> Failure {
    invalid.message.into()
}
