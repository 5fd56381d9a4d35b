//! What [`Ids`] promise.

use std::sync::Arc;

use basalt_domain::ports::Ids;

crate::suite::promises! {
    /// One test for each promise of `Ids`. Takes an async function or closure that gives an
    /// `Arc<dyn Ids>`.
    ids_tests, ids(Arc<dyn Ids>);
    making {
        no_id_is_given_out_twice,
        ids_sort_by_the_time_they_were_made,
        ids_are_version_seven,
    }
}

mod making {
    use std::{collections::HashSet, sync::Arc};

    use basalt_domain::ports::Ids;

    use crate::race::race;

    pub(super) async fn no_id_is_given_out_twice(ids: Arc<dyn Ids>) {
        let made = race(8, |_| {
            let ids = Arc::clone(&ids);
            async move { (0..6_000).map(|_| ids.next()).collect::<Vec<_>>() }
        })
        .await;
        let made: Vec<_> = made.into_iter().flatten().collect();
        let different: HashSet<_> = made.iter().collect();
        assert_eq!(different.len(), made.len(), "no id must be given out twice");
    }

    pub(super) async fn ids_sort_by_the_time_they_were_made(ids: Arc<dyn Ids>) {
        let made: Vec<_> = (0..15_000).map(|_| ids.next()).collect();
        assert!(
            made.is_sorted(),
            "ids must sort by the time they were made, within a millisecond too"
        );
    }

    pub(super) async fn ids_are_version_seven(ids: Arc<dyn Ids>) {
        assert_eq!(ids.next().get_version_num(), 7, "ids must be UUIDs of version 7");
    }
}
