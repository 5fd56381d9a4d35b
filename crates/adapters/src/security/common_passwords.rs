//! The passwords that everybody tries first.

use basalt_domain::fold;
use passwords::analyzer::is_common_password;

/// True when `password`, compared without case, is among the hundred thousand most common ones.
///
/// The list is that of the `passwords` crate. It has nearly all entries in lower case; the few
/// that it has in another spelling only are found in that spelling.
pub fn is_common(password: &str) -> bool {
    is_common_password(fold(password)) || is_common_password(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the tops of the lists that are published each year.
    const WELL_KNOWN: [&str; 40] = [
        "123456",
        "password",
        "12345678",
        "qwerty",
        "123456789",
        "12345",
        "1234567890",
        "111111",
        "1234567",
        "dragon",
        "123123",
        "baseball",
        "abc123",
        "football",
        "monkey",
        "letmein",
        "shadow",
        "master",
        "696969",
        "qwertyuiop",
        "superman",
        "1qaz2wsx",
        "trustno1",
        "iloveyou",
        "sunshine",
        "princess",
        "welcome",
        "starwars",
        "computer",
        "password1",
        "password123",
        "passw0rd",
        "qwerty123",
        "1q2w3e4r",
        "abcd1234",
        "asdfghjkl",
        "00000000",
        "11111111",
        "changeme",
        "whatever",
    ];

    fn capitalised(password: &str) -> String {
        let (first, rest) = password.split_at(1);
        first.to_uppercase() + rest
    }

    #[test]
    fn a_well_known_password_is_common_in_every_spelling_of_case() {
        for password in WELL_KNOWN {
            assert!(is_common(password), "{password}");
            assert!(is_common(&password.to_uppercase()), "{password}");
            assert!(is_common(&capitalised(password)), "{password}");
        }
    }

    #[test]
    fn more_than_three_thousand_passwords_are_common() {
        // The list can't be read, but some of what is on it can be counted: birthdays.
        let days = (1..=31).flat_map(|day| (1..=12).map(move |month| (day, month)));
        let found = days
            .flat_map(|(day, month)| {
                (0..100).map(move |year| format!("{day:02}{month:02}{year:02}"))
            })
            .filter(|birthday| is_common(birthday))
            .count();
        assert!(found > 3_000, "{found}");
    }

    #[test]
    fn an_uncommon_password_passes() {
        for password in
            ["correct horse battery staple", "Tr0ub4dor&3 on a bicycle", "žluťoučký kůň", ""]
        {
            assert!(!is_common(password), "{password}");
        }
    }
}
