//! Lists as a careless adapter would make them.

use std::{
    cmp::Ordering,
    hash::{DefaultHasher, Hash, Hasher},
};

use basalt_domain::{
    Direction, Page, PageRequest, Position, Post, SearchTerm, Slice, Sort, SortField, SortKey,
    Total, User, WalkRequest,
};

use super::Fault;

/// What is searched in.
pub(super) trait Texts {
    /// As they are shown, and folded.
    fn texts(&self) -> [(String, String); 2];
}

impl Texts for User {
    fn texts(&self) -> [(String, String); 2] {
        let email = self.email.as_str().to_owned();
        [(self.name.as_str().to_owned(), self.name.folded()), (email.clone(), email)]
    }
}

impl Texts for Post {
    fn texts(&self) -> [(String, String); 2] {
        [
            (self.title.as_str().to_owned(), self.title.folded()),
            (self.content.as_str().to_owned(), self.content.folded()),
        ]
    }
}

impl Fault {
    /// Whether the fault is one of lists.
    pub(super) fn is_of_lists(self) -> bool {
        matches!(
            self,
            Self::Like
                | Self::AsciiCase
                | Self::WithoutAccents
                | Self::JoinedTexts
                | Self::NoTieBreak
                | Self::TiesUpwards
                | Self::Utf16Order
                | Self::WalkByKey
                | Self::WalkFromRow
                | Self::FullMeansMore
        )
    }

    /// Whether a search looks at no more rows in one step than the step may hold.
    pub(super) fn has_short_steps(self) -> bool {
        matches!(self, Self::ShortSteps | Self::EmptyStepEnds)
    }

    /// What a search makes of a step over all rows.
    pub(super) fn searched<T: Texts>(self, mut step: Slice<T>, term: &SearchTerm) -> Slice<T> {
        step.items.retain(|row| self.finds(row, Some(term)));
        if self == Self::EmptyStepEnds && step.items.is_empty() {
            step.next = None;
        }
        step
    }

    /// A step as the fault ends it.
    pub(super) fn ended<F: SortField>(
        self,
        mut step: Slice<F::Item>,
        sort: Sort<F>,
        walk: &WalkRequest,
    ) -> Slice<F::Item> {
        if self == Self::EndlessWalk {
            let last = step.items.last().map(|last| sort.by.position(last));
            step.next = last.or_else(|| walk.after.clone());
        }
        step
    }

    /// Whether a search finds `row`.
    pub(super) fn finds(self, row: &impl Texts, term: Option<&SearchTerm>) -> bool {
        let Some(term) = term.map(SearchTerm::as_folded) else {
            return true;
        };
        let texts = row.texts();
        let mut texts = texts.iter();
        match self {
            Self::Like => {
                let pattern: Vec<char> = format!("%{term}%").chars().collect();
                texts.any(|(_, folded)| is_like(&folded.chars().collect::<Vec<_>>(), &pattern))
            }
            Self::AsciiCase => texts.any(|(shown, _)| shown.to_ascii_lowercase().contains(term)),
            Self::WithoutAccents => {
                texts.any(|(_, folded)| folded.replace('é', "e").contains(term))
            }
            Self::JoinedTexts => {
                let all: Vec<_> = texts.map(|(_, folded)| folded.as_str()).collect();
                all.join(" ").contains(term)
            }
            _ => texts.any(|(_, folded)| folded.contains(term)),
        }
    }

    /// A page of rows that pass the filter.
    pub(super) fn page<F: SortField>(
        self,
        rows: Vec<F::Item>,
        sort: Sort<F>,
        page: PageRequest,
    ) -> Page<F::Item> {
        let offset = usize::try_from(page.offset()).expect("a small number");
        let total = Total::exact(rows.len() as u64);
        let rows = self.ordered(rows, sort, offset);
        let items = rows.into_iter().skip(offset).take(page.limit() as usize);
        Page { items: items.collect(), total }
    }

    /// A step over rows that pass the filter.
    pub(super) fn walk<F: SortField>(
        self,
        rows: Vec<F::Item>,
        sort: Sort<F>,
        walk: &WalkRequest,
    ) -> Slice<F::Item> {
        let limit = walk.limit() as usize;
        let is_behind = |row: &F::Item| {
            let Some(after) = &walk.after else {
                return true;
            };
            let position = sort.by.position(row);
            let order = if self == Self::WalkByKey {
                turned(position.key.cmp(&after.key), sort.direction)
            } else {
                self.compare(&position, after, sort.direction, 0)
            };
            order == Ordering::Greater
        };
        if let (Self::WalkFromRow, Some(after)) = (self, &walk.after) {
            let is_there = rows.iter().any(|row| sort.by.position(row) == *after);
            if !is_there {
                return Slice { items: Vec::new(), next: None };
            }
        }
        let rows = self.ordered(rows, sort, 0);
        let found = rows.into_iter().filter(is_behind).take(limit + 1).collect();
        let mut slice = Slice::cut(found, walk.limit(), sort.by);
        if self == Self::FullMeansMore && slice.items.len() == limit {
            slice.next = slice.items.last().map(|last| sort.by.position(last));
        }
        slice
    }

    fn ordered<F: SortField>(
        self,
        mut rows: Vec<F::Item>,
        sort: Sort<F>,
        seed: usize,
    ) -> Vec<F::Item> {
        rows.sort_by(|one, other| {
            let (one, other) = (sort.by.position(one), sort.by.position(other));
            self.compare(&one, &other, sort.direction, seed)
        });
        rows
    }

    fn compare(
        self,
        one: &Position,
        other: &Position,
        direction: Direction,
        seed: usize,
    ) -> Ordering {
        let by_key = turned(self.compare_keys(&one.key, &other.key), direction);
        by_key.then_with(|| match self {
            // In whatever order the rows come from the plan of this query.
            Self::NoTieBreak => shuffled(one, seed).cmp(&shuffled(other, seed)),
            Self::TiesUpwards => one.id.cmp(&other.id),
            _ => turned(one.id.cmp(&other.id), direction),
        })
    }

    fn compare_keys(self, one: &SortKey, other: &SortKey) -> Ordering {
        match (one, other) {
            (SortKey::Text(one), SortKey::Text(other)) if self == Self::Utf16Order => {
                one.encode_utf16().cmp(other.encode_utf16())
            }
            _ => one.cmp(other),
        }
    }
}

fn turned(ascending: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    }
}

fn shuffled(position: &Position, seed: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (position.id, seed).hash(&mut hasher);
    hasher.finish()
}

/// LIKE without an escape. Goes back to the last `%` when a character does not fit.
fn is_like(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut wanted, mut last) = (0, 0, None);
    while at < text.len() {
        match pattern.get(wanted) {
            Some('%') => {
                last = Some((wanted, at));
                wanted += 1;
            }
            Some(one) if *one == '_' || *one == text[at] => {
                at += 1;
                wanted += 1;
            }
            _ => {
                let Some((wildcard, skipped)) = last else {
                    return false;
                };
                last = Some((wildcard, skipped + 1));
                (at, wanted) = (skipped + 1, wildcard + 1);
            }
        }
    }
    pattern[wanted..].iter().all(|left| *left == '%')
}
