//! Which promises refuse which fault.

use basalt_contract::{hs256_tokens, tokens};

use super::{Fault, hs256, with};
use crate::{assert_refused, assert_refused_by};

#[test]
fn tokens_without_fault_are_refused_by_nothing() {
    assert_refused(tokens::PROMISES, with(Fault::None), &[]);
    assert_refused(hs256_tokens::PROMISES, hs256(Fault::None), &[]);
}

#[test]
fn tokens_that_never_expire_are_refused() {
    let expected = &["a_token_is_good_until_it_expires_and_expired_from_then_on"];
    assert_refused(tokens::PROMISES, with(Fault::IgnoresExpiry), expected);
    assert_refused(tokens::PROMISES, with(Fault::Leeway), expected);
}

#[test]
fn telling_the_time_to_a_stranger_is_refused() {
    assert_refused_by(
        tokens::PROMISES,
        with(Fault::ExpiryFirst),
        &["an_expired_token_with_a_bad_signature_is_invalid"],
    );
}

#[test]
fn a_time_of_issue_that_decides_is_refused() {
    assert_refused(
        tokens::PROMISES,
        with(Fault::WantsIssued),
        &["the_time_of_issue_decides_nothing"],
    );
}

#[test]
fn signatures_that_are_not_compared_are_refused() {
    for fault in [Fault::IgnoresSignature, Fault::ShortSignature] {
        assert_refused_by(
            tokens::PROMISES,
            with(fault),
            &["a_token_with_another_character_anywhere_is_invalid"],
        );
    }
    assert_refused_by(
        hs256_tokens::PROMISES,
        hs256(Fault::IgnoresSignature),
        &[
            "a_token_of_the_right_form_by_another_secret_is_invalid",
            "parts_of_two_tokens_make_none",
        ],
    );
}

#[test]
fn a_generation_that_is_cut_is_refused() {
    assert_refused(
        tokens::PROMISES,
        with(Fault::ShortGeneration),
        &["a_token_is_read_as_it_was_written"],
    );
}

#[test]
fn the_algorithm_none_is_refused() {
    assert_refused_by(
        hs256_tokens::PROMISES,
        hs256(Fault::BelievesNone),
        &["a_token_without_signature_is_invalid"],
    );
}

#[test]
fn parts_that_nobody_looks_at_are_refused() {
    for (fault, expected) in [
        (
            Fault::IgnoresAlgorithm,
            &[
                "a_token_whose_header_names_another_algorithm_is_invalid",
                "a_token_without_signature_is_invalid",
            ][..],
        ),
        (Fault::IgnoresKeyId, &["a_token_with_an_unknown_key_id_is_invalid"]),
        (Fault::IgnoresCritical, &["a_token_with_critical_extensions_is_invalid"]),
        (Fault::IgnoresNotBefore, &["a_token_whose_time_has_not_come_is_invalid"]),
        (
            Fault::IgnoresAudience,
            &[
                "a_token_by_another_issuer_or_for_another_audience_is_invalid",
                "a_token_with_any_one_claim_of_another_type_is_invalid",
                "a_token_without_any_one_claim_is_invalid",
            ],
        ),
        (
            Fault::FillsIn,
            &[
                "a_token_whose_claims_are_no_object_is_invalid",
                "a_token_without_any_one_claim_is_invalid",
            ],
        ),
        (Fault::AnySpelling, &["a_token_with_another_spelling_of_an_id_is_invalid"]),
    ] {
        assert_refused(hs256_tokens::PROMISES, hs256(fault), expected);
    }
}
