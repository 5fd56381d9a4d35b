use crate::{
    Email, EntityTag, Id, PersonName, Resource, Role, SortKey, Timestamp, Version,
    listing::{Position, SortField},
};

/// Names a user.
pub type UserId = Id<User>;

/// A person with an account, as the account shows itself: never anything of its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Names the user for good.
    pub id: UserId,
    /// Unique among all users.
    pub email: Email,
    /// What the user is called.
    pub name: PersonName,
    /// What the user may do.
    pub role: Role,
    /// A deactivated user keeps their posts and can't sign in.
    pub active: bool,
    /// Raised by every change of what stands here.
    pub version: Version,
    /// When the user registered.
    pub created_at: Timestamp,
    /// When what stands here last changed.
    pub updated_at: Timestamp,
}

/// What a PATCH asks for; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChanges {
    /// A new name.
    pub name: Option<PersonName>,
    /// A new address.
    pub email: Option<Email>,
    /// A new role.
    pub role: Option<Role>,
    /// Activate or deactivate.
    pub active: Option<bool>,
}

impl Resource for User {
    const NAME: &'static str = "User";
}

impl User {
    /// Differs for any two states of what the account shows.
    pub const fn tag(&self) -> EntityTag {
        EntityTag { own: self.version, shown: None }
    }

    /// A user who registers now.
    pub fn register(id: UserId, name: PersonName, email: Email, now: Timestamp) -> Self {
        Self {
            id,
            email,
            name,
            role: Role::User,
            active: true,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        }
    }

    /// The user with `changes`, at the next version; `None` when nothing would differ.
    pub fn changed(&self, changes: UserChanges, now: Timestamp) -> Option<Self> {
        let UserChanges { name, email, role, active } = changes;
        let mut next = self.clone();
        next.name = name.unwrap_or(next.name);
        next.email = email.unwrap_or(next.email);
        next.role = role.unwrap_or(next.role);
        next.active = active.unwrap_or(next.active);
        if next == *self {
            return None;
        }
        next.version = self.version.next();
        next.updated_at = now.after(self.updated_at);
        Some(next)
    }

    /// True for an administrator who can act: without one nobody could make another.
    pub fn is_active_admin(&self) -> bool {
        self.active && self.role == Role::Admin
    }

    /// True when going from `self` to `next` must end every token: the rights they stand for
    /// are no longer the same.
    pub fn loses_tokens_as(&self, next: &Self) -> bool {
        self.role != next.role || (self.active && !next.active)
    }
}

/// Which users a list holds; all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserFilter {
    /// Looked for in name and e-mail.
    pub search: Option<crate::SearchTerm>,
    /// This role only.
    pub role: Option<Role>,
    /// Active or deactivated ones only.
    pub active: Option<bool>,
    /// Exactly this address.
    pub email: Option<Email>,
}

/// What users can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserSortField {
    /// The time of registration.
    CreatedAt,
    /// The folded name.
    Name,
    /// The normalised address.
    Email,
}

impl SortField for UserSortField {
    type Item = User;
    const DEFAULT: Self = Self::CreatedAt;
    const ALL: &'static [Self] = &[Self::CreatedAt, Self::Name, Self::Email];

    fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::Name => "name",
            Self::Email => "email",
        }
    }

    fn position(self, user: &User) -> Position {
        let key = match self {
            Self::CreatedAt => SortKey::Time(user.created_at),
            Self::Name => SortKey::Text(user.name.folded()),
            Self::Email => SortKey::Text(user.email.as_str().to_owned()),
        };
        Position { key, id: user.id.as_uuid() }
    }

    fn is_time(self) -> bool {
        matches!(self, Self::CreatedAt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn ann() -> User {
        User::register(
            UserId::from_uuid(uuid::Uuid::from_u128(1)),
            PersonName::parse("Ann").unwrap(),
            Email::parse("ann@example.com").unwrap(),
            at(10),
        )
    }

    #[test]
    fn a_new_user_is_an_active_user_and_no_administrator() {
        let user = ann();
        assert_eq!((user.role, user.active), (Role::User, true));
        assert_eq!(user.version, Version::FIRST);
    }

    #[test]
    fn setting_what_is_already_so_changes_nothing() {
        let changes = UserChanges {
            name: Some(PersonName::parse("Ann").unwrap()),
            active: Some(true),
            ..UserChanges::default()
        };
        assert_eq!(ann().changed(changes, at(20)), None);
        assert_eq!(ann().changed(UserChanges::default(), at(20)), None);
    }

    #[test]
    fn a_change_makes_the_next_version_at_a_later_time() {
        let changes = UserChanges { active: Some(false), ..UserChanges::default() };
        let next = ann().changed(changes, at(10)).unwrap();
        assert_eq!(next.version, Version::FIRST.next());
        assert_eq!(next.updated_at, at(11));
        assert_eq!(next.created_at, at(10));
    }

    #[test]
    fn a_change_of_role_and_a_deactivation_end_tokens_and_a_rename_does_not() {
        let user = ann();
        let with = |changes| user.changed(changes, at(20)).unwrap();
        let promoted = with(UserChanges { role: Some(Role::Admin), ..UserChanges::default() });
        let resting = with(UserChanges { active: Some(false), ..UserChanges::default() });
        let renamed = with(UserChanges {
            name: Some(PersonName::parse("Anne").unwrap()),
            ..UserChanges::default()
        });
        assert!(user.loses_tokens_as(&promoted));
        assert!(user.loses_tokens_as(&resting));
        assert!(!resting.loses_tokens_as(&user));
        assert!(!user.loses_tokens_as(&renamed));
    }
}
