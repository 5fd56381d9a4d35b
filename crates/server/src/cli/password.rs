//! Passwords, which are never an argument: arguments are seen by everyone on the machine.

use std::io::{self, IsTerminal as _};

use basalt_domain::{Password, PasswordPolicy};

use super::Failure;

/// Asks twice on a terminal, else takes the first line of stdin.
pub(super) fn new_password(policy: &PasswordPolicy) -> Result<Password, Failure> {
    let read =
        if io::stdin().is_terminal() { prompted_twice()? } else { first_line(io::stdin().lock())? };
    Password::parse(&read, policy).map_err(|invalid| Failure::told(invalid.message))
}

fn prompted_twice() -> Result<String, Failure> {
    let ask = |prompt| {
        let read = rpassword::prompt_password(prompt);
        read.map_err(|error| Failure::because("no password could be read", error))
    };
    let first = ask("Password: ")?;
    if first != ask("The same again: ")? {
        return Err(Failure::told("the two passwords differ; try again"));
    }
    Ok(first)
}

fn first_line(mut input: impl io::BufRead) -> Result<String, Failure> {
    let mut line = String::new();
    let read = input.read_line(&mut line);
    read.map_err(|error| Failure::because("no password could be read from stdin", error))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Failure::told(
            "stdin has no password; write it there, or run this on a terminal",
        ));
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piped_password_is_the_first_line_as_it_stands() {
        for (input, password) in [
            (" pass word \nmore", " pass word "),
            ("password\r\n", "password"),
            ("password", "password"),
        ] {
            assert_eq!(first_line(input.as_bytes()).unwrap(), password);
        }
        assert!(first_line(&b"\n"[..]).is_err());
        assert!(first_line(&b""[..]).is_err());
    }
}
