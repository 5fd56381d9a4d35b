use crate::{Role, UserId};

/// Somebody who proved who they are, with the role they have at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: UserId,
    /// What they may do.
    pub role: Role,
}

impl Actor {
    /// True for administrators.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// A user's record is for the user and for administrators. The answer depends on nothing that
    /// is stored, so asking tells nobody whether the user exists.
    pub fn may_read_user(&self, id: Option<UserId>) -> bool {
        self.is_admin() || id == Some(self.id)
    }
}

/// What somebody may do to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditRight {
    /// Change and delete it.
    Granted,
    /// See it, no more.
    Forbidden,
    /// Not even know that it exists.
    Hidden,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_record_is_for_the_user_and_for_administrators() {
        let id = |n| UserId::from_uuid(uuid::Uuid::from_u128(n));
        let user = Actor { id: id(1), role: Role::User };
        let admin = Actor { id: id(2), role: Role::Admin };
        assert!(user.may_read_user(Some(id(1))));
        assert!(!user.may_read_user(Some(id(2))));
        assert!(!user.may_read_user(None));
        assert!(admin.may_read_user(Some(id(1))));
        assert!(admin.may_read_user(None));
    }
}
