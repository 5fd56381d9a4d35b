//! Totals that are kept beside the rows, carelessly.

use std::sync::atomic::{AtomicI64, Ordering};

use basalt_domain::{PostFilter, Total, UserFilter};

use super::{Fault, Faulty};
use crate::dawdle;

/// By how much the count of one kind of rows is wrong.
#[derive(Default)]
pub(super) struct Count {
    error: AtomicI64,
    inserted: AtomicI64,
    inserted_in_unit: AtomicI64,
}

impl Count {
    pub(super) fn add_error(&self, error: i64) {
        self.error.fetch_add(error, Ordering::SeqCst);
    }

    fn applied(&self, total: Total) -> Total {
        let error = self.error.load(Ordering::SeqCst);
        Total { rows: total.rows.saturating_add_signed(error), ..total }
    }

    /// A row is about to be inserted.
    pub(super) async fn insert(&self, fault: Fault) {
        match fault {
            Fault::CountsByReading => {
                let before = self.inserted.load(Ordering::SeqCst);
                dawdle().await;
                if self.inserted.fetch_add(1, Ordering::SeqCst) != before {
                    self.add_error(-1);
                }
            }
            Fault::CountsRolledBack => {
                self.inserted_in_unit.fetch_add(1, Ordering::SeqCst);
            }
            _ => {}
        }
    }

    /// A unit begins, or has been committed.
    pub(super) fn settle(&self) {
        self.inserted_in_unit.store(0, Ordering::SeqCst);
    }

    /// A unit was dropped.
    pub(super) fn roll_back(&self) {
        self.add_error(self.inserted_in_unit.swap(0, Ordering::SeqCst));
    }
}

impl<R> Faulty<R> {
    /// The total of a list of posts as the fault has it.
    pub(super) fn posts_total(&self, filter: &PostFilter, total: Total) -> Total {
        if self.has(Fault::NeverExact) {
            return Total { is_exact: false, ..total };
        }
        if *filter == PostFilter::default() { self.aside.published.applied(total) } else { total }
    }

    /// The total of a list of users as the fault has it.
    pub(super) fn users_total(&self, filter: &UserFilter, total: Total) -> Total {
        if self.has(Fault::NeverExact) {
            return Total { is_exact: false, ..total };
        }
        let is_of_all = filter.search.is_none() && filter.email.is_none();
        let is_divided = filter.role.is_some() || filter.active.is_some();
        if is_of_all && (is_divided || !self.has(Fault::CountsNoMoves)) {
            self.aside.users.applied(total)
        } else {
            total
        }
    }
}
