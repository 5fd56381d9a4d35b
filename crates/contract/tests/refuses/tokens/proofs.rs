//! Which promises refuse which fault.

use super::Fault;
use crate::proof::{Proof, at_least, exactly};

pub(crate) const PROOFS: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    exactly(Fault::IgnoresExpiry, &["a_token_is_good_until_it_expires_and_expired_from_then_on"]),
    exactly(Fault::Leeway, &["a_token_is_good_until_it_expires_and_expired_from_then_on"]),
    at_least(
        Fault::ExpiryFirst,
        &["an_expired_token_with_a_bad_signature_is_invalid", "what_is_no_token_is_invalid"],
    ),
    exactly(Fault::WantsIssued, &["the_time_of_issue_decides_nothing"]),
    at_least(Fault::IgnoresSignature, &["a_token_with_another_character_anywhere_is_invalid"]),
    at_least(
        Fault::ShortSignature,
        &[
            "a_token_that_is_cut_or_longer_is_invalid",
            "a_token_with_another_character_anywhere_is_invalid",
        ],
    ),
    exactly(Fault::ShortGeneration, &["a_token_is_read_as_it_was_written"]),
    at_least(Fault::BelievesStrangers, &["a_token_signed_with_another_secret_is_invalid"]),
    exactly(Fault::Trims, &["a_token_that_is_cut_or_longer_is_invalid"]),
];

/// The promises of tokens that are JWTs signed with HS256.
pub(crate) const HS256: &[Proof<Fault>] = &[
    exactly(Fault::None, &[]),
    at_least(
        Fault::IgnoresSignature,
        &[
            "a_token_by_another_algorithm_is_invalid",
            "a_token_of_the_right_form_by_another_secret_is_invalid",
            "parts_of_two_tokens_make_none",
        ],
    ),
    at_least(Fault::BelievesNone, &["a_token_without_signature_is_invalid"]),
    exactly(
        Fault::IgnoresAlgorithm,
        &[
            "a_token_whose_header_names_another_algorithm_is_invalid",
            "a_token_without_signature_is_invalid",
        ],
    ),
    exactly(Fault::IgnoresKeyId, &["a_token_with_an_unknown_key_id_is_invalid"]),
    exactly(Fault::IgnoresCritical, &["a_token_with_critical_extensions_is_invalid"]),
    exactly(Fault::IgnoresNotBefore, &["a_token_whose_time_has_not_come_is_invalid"]),
    exactly(
        Fault::IgnoresAudience,
        &[
            "a_token_by_another_issuer_or_for_another_audience_is_invalid",
            "a_token_with_any_one_claim_of_another_type_is_invalid",
            "a_token_without_any_one_claim_is_invalid",
        ],
    ),
    exactly(
        Fault::FillsIn,
        &[
            "a_token_whose_claims_are_no_object_is_invalid",
            "a_token_without_any_one_claim_is_invalid",
        ],
    ),
    exactly(Fault::AnySpelling, &["a_token_with_another_spelling_of_an_id_is_invalid"]),
    exactly(Fault::DerivesKey, &["what_another_holder_of_the_secret_signs_is_read"]),
    exactly(Fault::BoundsTimes, &["a_token_with_a_time_beyond_the_calendar_is_refused"]),
];
