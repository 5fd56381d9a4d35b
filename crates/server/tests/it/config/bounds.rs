//! A violation tells the bounds that are in force, whatever the variable.

use basalt_server::config::{Config, DefaultValue, Row, Sources, variables::ALL};

/// What is wrong with this value, if anything is.
fn problem(row: &Row, value: &str) -> Option<String> {
    let violations = Config::load(&Sources::of([(row.name, value)])).err()?;
    let found = violations.0.into_iter().find(|it| it.name == row.name);
    found.map(|violation| violation.problem)
}

/// The numbers of "from 1 to 10", as often as it is said.
fn bounds(problem: &str) -> Vec<(u64, u64)> {
    let number = |text: &str| {
        let digits = text.split(|c: char| !c.is_ascii_digit()).next();
        digits.unwrap_or_default().parse().expect("a number")
    };
    let parts = problem.split(" from ").skip(1);
    let pair = |part: &str| {
        let (least, most) = part.split_once(" to ").expect("two numbers");
        (number(least), number(most))
    };
    parts.map(pair).collect()
}

/// The default as text; of a number that is derived, one that is a number.
fn sample(row: &Row) -> &'static str {
    match row.default {
        DefaultValue::Value(text) | DefaultValue::Except(_, _, text) => text,
        DefaultValue::Derived(_) | DefaultValue::None if row.name == "WORKERS" => "1",
        _ => "",
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn every_number_is_refused_with_the_bounds_in_force() {
    let numbers: Vec<_> = ALL.iter().filter(|row| is_number(sample(row))).collect();
    assert!(numbers.len() > 12, "{numbers:?}");
    for row in numbers {
        let told = problem(row, "99999999999999999999").expect(row.name);
        let (least, most) = *bounds(&told).first().expect(&told);
        for good in [least, most] {
            assert_eq!(problem(row, &good.to_string()), None, "{}", row.name);
        }
        for bad in [Some(most + 1), least.checked_sub(1)].into_iter().flatten() {
            let told = problem(row, &bad.to_string()).expect(row.name);
            assert_eq!(bounds(&told), [(least, most)], "{}: {told}", row.name);
        }
    }
}

#[test]
fn every_limit_is_refused_with_the_bounds_in_force() {
    let is_limit = |row: &&Row| sample(row).split('/').all(is_number) && sample(row).contains('/');
    let limits: Vec<_> = ALL.iter().filter(is_limit).collect();
    assert_eq!(limits.len(), 3);
    for row in limits {
        let told = problem(row, "1000000000/900").expect(row.name);
        let [units, seconds] = *bounds(&told) else {
            panic!("{told}");
        };
        for good in [units.0, units.1] {
            assert_eq!(problem(row, &format!("{good}/{}", seconds.0)), None);
            assert_eq!(problem(row, &format!("{good}/{}", seconds.1)), None);
        }
        for bad in [
            format!("{}/900", units.1 + 1),
            format!("{}/900", units.0 - 1),
            format!("100/{}", seconds.1 + 1),
            format!("100/{}", seconds.0 - 1),
            "100".to_owned(),
            "on".to_owned(),
        ] {
            let told = problem(row, &bad).expect(&bad);
            assert_eq!(bounds(&told), [units, seconds], "{bad}: {told}");
        }
    }
}

#[test]
fn what_is_no_number_is_refused_with_what_would_be_right() {
    // Anything is a secret, or the beginning of a command.
    let takes_anything = ["JWT_SECRET", "JWT_PREVIOUS_SECRETS", "ADMIN_PASSWORD", "BASALT_COMMAND"];
    for row in ALL.iter().filter(|row| !takes_anything.contains(&row.name)) {
        let told = problem(row, "?!").unwrap_or_else(|| panic!("{} takes it", row.name));
        assert!(told.contains("must be"), "{}: {told}", row.name);
    }
}
