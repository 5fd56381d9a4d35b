use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use basalt_domain::{PostFilter, SearchTerm};

use super::*;
use crate::test_support::{list_key, page_of, post};

#[test]
fn a_key_and_a_reference_to_it_are_found_in_the_same_place() {
    let key = PostListKey {
        filter: PostFilter {
            search: SearchTerm::parse("Wörter").unwrap(),
            ..PostFilter::default()
        },
        ..list_key(3)
    };
    let generation = CacheGeneration(7);
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let (reference, owned) = (
        PageKeyRef(generation, &key),
        PageKey(generation, key.clone()),
    );
    assert_eq!(hasher.hash_one(&reference), hasher.hash_one(&owned));
    assert!(reference.equivalent(&owned));
    assert!(!reference.equivalent(&PageKey(CacheGeneration(8), key.clone())));
}

#[test]
fn a_page_weighs_at_least_its_texts() {
    let page = page_of(vec![post(1, &"ä".repeat(10_000)), post(2, "x")]);
    assert!((20_000..22_000).contains(&weigh(&page)));
}
