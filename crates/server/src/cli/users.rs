//! `basalt user …`, on the same use cases as everything else.

use basalt_application::{Error, NewAccount, Operators};
use basalt_domain::{Email, Invalid, PasswordPolicy, PersonName, Role, User};

use super::{
    Failure,
    args::{RoleName, UserCommand, Whose},
    password::new_password,
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
    operators: &Operators,
    policy: &PasswordPolicy,
) -> Result<String, Failure> {
    match command {
        UserCommand::Create { whose, name, admin } => {
            let email = email(&whose)?;
            let name = PersonName::parse(&name).map_err(|invalid| refused("--name", &invalid))?;
            let role = if admin { Role::Admin } else { Role::User };
            let password = new_password(policy)?;
            let new = NewAccount {
                name,
                email,
                password,
                role,
            };
            let user = operators.create(new).await.map_err(explained)?;
            Ok(format!("made {}", described(&user)))
        }
        UserCommand::Set {
            whose,
            role,
            active,
        } => {
            let email = email(&whose)?;
            let set = operators.set(&email, role.map(Role::from), active).await;
            let user = set.map_err(explained)?;
            Ok(format!("{}; earlier tokens have ended", described(&user)))
        }
        UserCommand::Password { whose } => {
            let email = email(&whose)?;
            let password = new_password(policy)?;
            let set = operators.set_password(&email, &password).await;
            let user = set.map_err(explained)?;
            let email = user.email.as_str();
            Ok(format!(
                "the password of {email} is set; earlier tokens have ended"
            ))
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
    let state = if user.active { "active" } else { "not active" };
    let (email, role) = (user.email.as_str(), user.role.as_str());
    format!("{email}: {role}, {state}, id {}", user.id)
}

fn explained(error: Error) -> Failure {
    match error {
        Error::NotFound(_) => {
            Failure::told("no account has this e-mail address; check --email and DATABASE_URL")
        }
        Error::EmailTaken => Failure::told(
            "an account has this e-mail address; `basalt user set` and `basalt user password` change it",
        ),
        Error::LastAdmin => Failure::told(
            "no active administrator would be left; make another one first, with `basalt user set --role ADMIN`",
        ),
        Error::Unavailable { .. } => Failure::because(
            "the database can't be used now; check DATABASE_URL and try again",
            error,
        ),
        other => Failure::because(
            "it failed; the database may need `basalt migrate up`",
            other,
        ),
    }
}
