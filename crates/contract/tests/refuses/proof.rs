//! What a proof is: a fault, and the promises by which the suite refuses an adapter that has it.

use std::fmt::Debug;

use basalt_contract::suite::{Promise, broken_promises};

/// How often a fault that shows by chance has the chance.
const ATTEMPTS: usize = 5;

pub(crate) struct Proof<F: 'static> {
    fault: F,
    broken: &'static [&'static str],
    /// Whether the fault breaks nothing else.
    is_exact: bool,
}

/// `fault` breaks these promises and no other.
pub(crate) const fn exactly<F: Copy>(fault: F, broken: &'static [&'static str]) -> Proof<F> {
    Proof { fault, broken, is_exact: true }
}

/// `fault` breaks these promises: for faults that show by chance elsewhere too, or that would make
/// every other check wait.
pub(crate) const fn at_least<F: Copy>(fault: F, broken: &'static [&'static str]) -> Proof<F> {
    Proof { fault, broken, is_exact: false }
}

/// Asserts each of `proofs` on what `with` gives for its fault.
pub(crate) fn prove<F, T, S>(promises: &[Promise<T>], with: impl Fn(F) -> S, proofs: &[Proof<F>])
where
    F: Copy + Debug,
    S: AsyncFn() -> T + Sync,
{
    let refuted = proofs.iter().filter_map(|proof| {
        let subject = with(proof.fault);
        let refuted = if proof.is_exact {
            differing(promises, subject, proof.broken)
        } else {
            unbroken(promises, subject, proof.broken)
        };
        refuted.map(|why| format!("{:?}: {why}", proof.fault))
    });
    let refuted: Vec<_> = refuted.collect();
    assert!(refuted.is_empty(), "{}", refuted.join("\n"));
}

/// Says what is broken if that is not exactly what is `expected`.
fn differing<T>(
    promises: &[Promise<T>],
    subject: impl AsyncFn() -> T + Sync,
    expected: &[&str],
) -> Option<String> {
    let broken = broken_promises(promises, subject);
    let mut names: Vec<_> = broken.iter().map(|(sentence, _)| *sentence).collect();
    let mut expected = expected.to_vec();
    names.sort_unstable();
    expected.sort_unstable();
    (names != expected).then(|| format!("breaks {names:#?}; what the checks said: {broken:#?}"))
}

/// Says which promises that are `expected` to be broken never are.
fn unbroken<T>(
    promises: &[Promise<T>],
    subject: impl AsyncFn() -> T + Sync,
    expected: &[&str],
) -> Option<String> {
    let is_broken = |sentence: &str| {
        let at = promises.iter().position(|promise| promise.sentence == sentence);
        let alone = at.map_or(&[][..], |at| &promises[at..=at]);
        // Now and then a machine lets no rival come in between.
        (0..ATTEMPTS).any(|_| !broken_promises(alone, &subject).is_empty())
    };
    let kept: Vec<_> = expected.iter().filter(|sentence| !is_broken(sentence)).collect();
    (!kept.is_empty()).then(|| format!("does not break {kept:#?}"))
}

/// Each of `promises` with the faults that it refuses by `proofs`.
pub(crate) fn twins<F: Debug, T>(
    promises: &[Promise<T>],
    proofs: &[Proof<F>],
) -> Vec<(&'static str, Vec<String>)> {
    let twins_of = |sentence: &'static str| {
        let refused = proofs.iter().filter(|proof| proof.broken.contains(&sentence));
        (sentence, refused.map(|proof| format!("{:?}", proof.fault)).collect())
    };
    promises.iter().map(|promise| twins_of(promise.sentence)).collect()
}
