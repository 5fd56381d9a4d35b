//! What [`Tokens`] promise.

// A check is async whether it has to wait for anything or not.
#![allow(clippy::unused_async, reason = "all checks have one form")]

mod forged;
mod forging;
mod form;
mod time;

use std::sync::Arc;

use basalt_domain::{
    Claims, Timestamp, TokenGeneration,
    ports::{TokenError, Tokens},
};

use crate::samples::{token_id, user_id};

/// Tokens of one kind with two secrets.
pub struct SignedTokens {
    /// The tokens under test.
    pub tokens: Arc<dyn Tokens>,
    /// The same kind with another secret: what it signs must not be believed.
    pub stranger: Arc<dyn Tokens>,
}

crate::suite::promises! {
    /// One test for each promise of `Tokens`, whatever their format. Takes an async function or
    /// closure that gives fresh [`SignedTokens`](crate::SignedTokens).
    tokens_tests, tokens(SignedTokens);
    form {
        a_token_is_read_as_it_was_written,
        a_token_with_another_character_anywhere_is_invalid,
        a_token_that_is_cut_or_longer_is_invalid,
        a_token_signed_with_another_secret_is_invalid,
        what_is_no_token_is_invalid,
    }
    time {
        a_token_is_good_until_it_expires_and_expired_from_then_on,
        an_expired_token_with_a_bad_signature_is_invalid,
        the_time_of_issue_decides_nothing,
    }
}

/// JWTs signed with HS256, and the secret they are signed with, so that the suite can sign what
/// the adapter itself never would.
pub struct Hs256Tokens {
    /// The tokens under test.
    pub tokens: Arc<dyn Tokens>,
    /// The bytes that sign.
    pub secret: Vec<u8>,
}

/// The promises of tokens that are JWTs signed with HS256.
pub mod hs256 {
    use super::{Hs256Tokens, forged};

    crate::suite::promises! {
        /// One test for each promise of `Tokens` that are JWTs signed with HS256. Takes an async
        /// function or closure that gives fresh [`Hs256Tokens`](crate::Hs256Tokens).
        hs256_tokens_tests, hs256_tokens(Hs256Tokens);
        forged {
            what_another_holder_of_the_secret_signs_is_read,
            a_token_without_signature_is_invalid,
            a_token_by_another_algorithm_is_invalid,
            a_token_whose_header_names_another_algorithm_is_invalid,
            a_token_of_the_right_form_by_another_secret_is_invalid,
            parts_of_two_tokens_make_none,
            a_token_without_any_one_claim_is_invalid,
            a_token_with_any_one_claim_of_another_type_is_invalid,
            a_token_by_another_issuer_or_for_another_audience_is_invalid,
            a_token_with_another_spelling_of_an_id_is_invalid,
            a_token_whose_time_has_not_come_is_invalid,
            a_token_with_critical_extensions_is_invalid,
            a_token_with_an_unknown_key_id_is_invalid,
            a_token_whose_claims_are_no_object_is_invalid,
            a_token_with_a_time_beyond_the_calendar_is_refused,
        }
    }
}

/// 2026-01-01, the moment at which the tokens here are issued.
pub(super) fn start() -> Timestamp {
    second(0)
}

pub(super) fn second(after: i64) -> Timestamp {
    crate::samples::at(after * 1_000_000)
}

/// Claims that are good for an hour.
pub(super) fn claims() -> Claims {
    Claims {
        user: user_id(),
        token: token_id(),
        generation: TokenGeneration::FIRST,
        issued_at: start(),
        expires_at: second(3_600),
    }
}

pub(super) fn issue(tokens: &dyn Tokens, claims: &Claims) -> String {
    tokens.issue(claims).expect("a token is issued")
}

pub(super) fn assert_invalid(tokens: &dyn Tokens, token: &str, what: &str) {
    let read = tokens.verify(token, start());
    assert!(matches!(read, Err(TokenError::Invalid)), "{what} must be invalid and is {read:?}");
}
