//! What is asked, each the same of Basalt, of its limit and of any other server.

use std::io;

use clap::ValueEnum;

use crate::{api::Api, load::Requests, wrong};

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Question {
    FirstPage,
    /// In an order in which no page stands beside the one before it.
    Pages,
    LastPage,
    Post,
    Users,
    /// For a word that every post has.
    FrequentWord,
    /// For a word that no post has, so that as many are looked at as a search may look at.
    MissingWord,
    NewPost,
    Login,
}

/// Pages that are asked for, of ten posts each: the 10,000th is the last that a page may show.
const PAGES: usize = 1_000;

impl Question {
    pub(crate) fn requests(self, api: &Api) -> io::Result<Requests> {
        let get = |path: &str| api.request("GET", path, "");
        let requests = match self {
            Self::FirstPage => vec![get("/api/posts?limit=10")],
            Self::Pages => (0..PAGES)
                .map(|number| 1 + number * 617 % PAGES)
                .map(|page| get(&format!("/api/posts?limit=10&page={page}")))
                .collect(),
            Self::LastPage => vec![get(&format!("/api/posts?limit=10&page={PAGES}"))],
            Self::Post => {
                let posts = api.data("/api/posts?limit=100&page=50")?;
                let ids = posts.as_array().into_iter().flatten();
                ids.filter_map(|post| Some(get(&format!("/api/posts/{}", post["id"].as_str()?))))
                    .collect()
            }
            Self::Users => vec![api.own_request("GET", "/api/users?limit=10", "")],
            Self::FrequentWord => vec![get("/api/posts?cursor=&limit=10&search=post")],
            Self::MissingWord => vec![get("/api/posts?limit=10&search=zebra")],
            Self::NewPost => {
                let body = r#"{"title":"One more","content":"What one more post has to say, in about as many words as fit on a line or two.","published":true}"#;
                vec![api.own_request("POST", "/api/posts", body)]
            }
            Self::Login => vec![api.request("POST", "/api/auth/login", &api.credentials())],
        };
        if requests.is_empty() {
            return Err(wrong("there is nothing to ask for: fill the server first"));
        }
        Ok(requests.into())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FirstPage => "list, page 1",
            Self::Pages => "list, pages 1 to 1000",
            Self::LastPage => "list, page 1000",
            Self::Post => "one post",
            Self::Users => "users list as administrator",
            Self::FrequentWord => "search for a word of every post",
            Self::MissingWord => "search for a word of no post",
            Self::NewPost => "new post",
            Self::Login => "login",
        }
    }
}
