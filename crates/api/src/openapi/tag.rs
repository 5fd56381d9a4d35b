/// What operations are about, in the order of use.
#[derive(Clone, Copy)]
pub(crate) enum Tag {
    Account,
    Posts,
    Users,
    Document,
    Health,
}

impl Tag {
    pub(crate) const ALL: [Self; 5] =
        [Self::Account, Self::Posts, Self::Users, Self::Document, Self::Health];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Posts => "Posts",
            Self::Users => "Users",
            Self::Document => "Document",
            Self::Health => "Health",
        }
    }

    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::Account => "Register, log in and out, and look after your own account",
            Self::Posts => "Read what is published; write, change and publish your own posts",
            Self::Users => "Other people's accounts: for administrators",
            Self::Document => "What you read here, for programs",
            Self::Health => "For whoever operates the server: never limited, without a token",
        }
    }
}
