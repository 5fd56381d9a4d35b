use std::collections::BTreeSet;

use basalt_domain::{Role, Sort, Total, User, UserFilter};

use crate::{
    Store,
    listing::page_request,
    samples::{term, user},
};

/// One user for each combination of role, activity and one of two words in the name.
fn combinations() -> Vec<User> {
    let mut users = Vec::new();
    for role in Role::ALL {
        for active in [true, false] {
            for word in ["red", "blue"] {
                let called = format!("{word}{}{active}", role.as_str());
                users.push(User { role, active, ..user(&called) });
            }
        }
    }
    users
}

async fn assert_holds(store: &Store, filter: &UserFilter, expected: &[&User]) {
    let names = |users: &mut dyn Iterator<Item = &User>| -> BTreeSet<String> {
        users.map(|user| user.name.as_str().to_owned()).collect()
    };
    let found = store.users_in(filter).await;
    assert_eq!(
        names(&mut found.iter()),
        names(&mut expected.iter().copied()),
        "a list must hold exactly what passes {filter:?}"
    );
}

pub(super) async fn each_filter_holds_exactly_what_passes_it(store: Store) {
    let users = combinations();
    store.add_all(&users).await;
    let matching = |test: fn(&User) -> bool| users.iter().filter(|user| test(user)).collect();
    let cases: [(UserFilter, Vec<&User>); 5] = [
        (UserFilter::default(), matching(|_| true)),
        (
            UserFilter { role: Some(Role::Admin), ..UserFilter::default() },
            matching(|user| user.role == Role::Admin),
        ),
        (
            UserFilter { active: Some(false), ..UserFilter::default() },
            matching(|user| !user.active),
        ),
        (
            UserFilter { email: Some(users[3].email.clone()), ..UserFilter::default() },
            vec![&users[3]],
        ),
        (
            UserFilter { search: Some(term("red")), ..UserFilter::default() },
            matching(|user| user.name.as_str().contains("red")),
        ),
    ];
    for (filter, expected) in &cases {
        assert_holds(&store, filter, expected).await;
    }
}

pub(super) async fn filters_together_hold_what_passes_all(store: Store) {
    let users = combinations();
    store.add_all(&users).await;
    for wanted in &users {
        let word = &wanted.name.as_str()[..3];
        let filter = UserFilter {
            search: Some(term(word)),
            role: Some(wanted.role),
            active: Some(wanted.active),
            email: None,
        };
        assert_holds(&store, &filter, &[wanted]).await;
        let contradiction = UserFilter {
            active: Some(!wanted.active),
            email: Some(wanted.email.clone()),
            ..filter
        };
        assert_holds(&store, &contradiction, &[]).await;
    }
}

pub(super) async fn the_total_counts_all_that_pass_and_nobody_else(store: Store) {
    store.add_all(&combinations()).await;
    let admins = UserFilter { role: Some(Role::Admin), ..UserFilter::default() };
    let red_and_active =
        UserFilter { search: Some(term("red")), active: Some(true), ..UserFilter::default() };
    let nobody = UserFilter { search: Some(term("green")), ..UserFilter::default() };
    for (filter, expected) in
        [(UserFilter::default(), 8), (admins, 4), (red_and_active, 2), (nobody, 0)]
    {
        let page = store.user_page(&filter, Sort::default(), page_request(1, 1)).await;
        assert_eq!(
            page.total,
            Total::exact(expected),
            "the total must count all that pass {filter:?}, beyond the page, and nobody else"
        );
    }
}
