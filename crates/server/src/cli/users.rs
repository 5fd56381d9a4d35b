//! `basalt user …`, on the same use cases as everything else.

use basalt_application::{Error, NewAccount, Operators};
use basalt_domain::{Email, Invalid, PersonName, Role, User, ports::Store};

use super::{
    Failure,
    args::{RoleName, UserCommand, Whose},
    password::new_password,
    print,
};
use crate::{
    application::wiring::Wiring,
    config::{Config, Secret},
    invocation,
};

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::User => Self::User,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// Does it, and says what was done.
pub(super) async fn run(
    command: UserCommand,
    config: &Config,
    store: &dyn Store,
) -> Result<(), Failure> {
    // Commands sign nothing: the secret stays where it is. What they change, servers notice within
    // a second.
    let wiring = Wiring::of_command(config, Secret::from(""));
    let operators = Operators::new(wiring.ports(store));
    let policy = config.passwords.policy();
    let done = match command {
        UserCommand::Create { whose, name, admin } => {
            let email = email(&whose)?;
            let name = PersonName::parse(&name).map_err(|invalid| refused("--name", &invalid))?;
            let role = if admin { Role::Admin } else { Role::User };
            let password = new_password(&policy)?;
            let new = NewAccount { name, email, password, role };
            let user = operators.create(new).await.map_err(explained)?;
            format!("made {}", described(&user))
        }
        UserCommand::Set { whose, role, active } => {
            let email = email(&whose)?;
            let set = operators.set(&email, role.map(Role::from), active).await;
            let user = set.map_err(explained)?;
            format!("{}; earlier tokens have ended", described(&user))
        }
        UserCommand::List => return list(&operators).await,
        UserCommand::Delete { whose } => {
            let deleted = operators.delete(&email(&whose)?).await;
            let user = deleted.map_err(explained)?;
            format!("deleted {}", described(&user))
        }
        UserCommand::Password { whose } => {
            let email = email(&whose)?;
            let password = new_password(&policy)?;
            let set = operators.set_password(&email, &password).await;
            let user = set.map_err(explained)?;
            let email = user.email.as_str();
            format!("the password of {email} is set; earlier tokens have ended")
        }
    };
    print(&format!("{done}\n"))
}

/// A line an account. What is as wide as its owner likes comes last.
async fn list(operators: &Operators) -> Result<(), Failure> {
    print("ROLE   STATE       SINCE       ID                                    E-MAIL, NAME\n")?;
    let mut after = None;
    loop {
        let slice = operators.list(after).await.map_err(explained)?;
        let lines = slice.items.iter().map(|user| {
            let since = user.created_at.to_rfc3339();
            format!(
                "{:<5}  {:<10}  {}  {}  {}, {}\n",
                user.role.as_str(),
                state(user),
                since.split('T').next().unwrap_or_default(),
                user.id,
                user.email.as_str(),
                user.name.as_str(),
            )
        });
        print(&lines.collect::<String>())?;
        after = slice.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

fn email(whose: &Whose) -> Result<Email, Failure> {
    Email::parse(&whose.email).map_err(|invalid| refused("--email", &invalid))
}

fn refused(argument: &str, invalid: &Invalid) -> Failure {
    Failure::told(format!("{argument}: {}", invalid.message))
}

fn described(user: &User) -> String {
    let (email, role) = (user.email.as_str(), user.role.as_str());
    format!("{email}: {role}, {}, id {}", state(user), user.id)
}

fn state(user: &User) -> &'static str {
    if user.active { "active" } else { "not active" }
}

fn explained(error: Error) -> Failure {
    match error {
        Error::NotFound(_) => {
            Failure::told("no account has this e-mail address; check --email and DATABASE_URL")
        }
        Error::EmailTaken => Failure::told(format!(
            "an account has this e-mail address; `{}` and `{}` change it",
            invocation::of("user set"),
            invocation::of("user password"),
        )),
        Error::LastAdmin => Failure::told(format!(
            "no active administrator would be left; make another one first, with `{}`",
            invocation::of("user set --role ADMIN --email …"),
        )),
        Error::Unavailable { .. } => Failure::because(
            "the database can't be used now; check DATABASE_URL and try again",
            error,
        ),
        other => {
            let up = invocation::of("migrate up");
            Failure::because(format!("it failed; the database may need `{up}`"), other)
        }
    }
}
