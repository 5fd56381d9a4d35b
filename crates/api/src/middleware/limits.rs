use std::cell::RefCell;

use actix_web::http::{StatusCode, header::HeaderMap};
use basalt_application::Error;
use basalt_domain::{
    Decision, Email, LimitKey, Policy, PolicyName,
    ports::{StoreError, chain},
};
use futures_util::future::join_all;

use crate::{Api, error::ApiError};

/// The limits that one request asked, and what they said.
#[derive(Default)]
pub(crate) struct RequestLimits {
    asked: RefCell<Vec<(LimitKey, Decision)>>,
}

impl RequestLimits {
    /// Takes one unit of each policy, in order, up to the first that refuses.
    pub(crate) async fn take(
        &self,
        api: &Api,
        asks: &[(Policy, LimitKey)],
    ) -> Result<(), ApiError> {
        if asks.is_empty() {
            return Ok(());
        }
        let decisions = api.services.limiter.take(asks).await.map_err(unavailable)?;
        let mut asked = self.asked.borrow_mut();
        for ((_, key), decision) in asks.iter().zip(decisions) {
            asked.push((key.clone(), decision));
            if !decision.allowed {
                return Err(ApiError::RateLimited(Box::new(decision)));
            }
        }
        Ok(())
    }

    /// Takes a unit of the `account` limit.
    pub(crate) async fn take_account(&self, api: &Api, email: &Email) -> Result<(), ApiError> {
        match api.settings.limits.account {
            Some(policy) => {
                let ask = [(policy, LimitKey::Account(email.clone()))];
                self.take(api, &ask).await
            }
            None => Ok(()),
        }
    }

    /// Gives the units of the guessing limits back when the answer says that nobody guessed: a
    /// success, or a fault of ours.
    pub(crate) async fn settle(&self, api: &Api, status: StatusCode) {
        if !(status.is_success() || status.is_server_error()) {
            return;
        }
        let guessing = self.guessing();
        let limiter = &api.services.limiter;
        let given_back = guessing.iter().map(async |(index, key, decision)| {
            let answer = limiter.give_back(decision.policy, key).await;
            (*index, answer.map(|()| decision.given_back()))
        });
        // Together: where they travel, it is one way there and back.
        for (index, answer) in join_all(given_back).await {
            match answer {
                Ok(decision) => self.asked.borrow_mut()[index].1 = decision,
                Err(error) => {
                    tracing::warn!(error = chain(&error), "a unit could not be given back");
                }
            }
        }
    }

    /// What was taken of the guessing limits, and where it stands. Most requests have none, for which
    /// this costs nothing.
    fn guessing(&self) -> Vec<(usize, LimitKey, Decision)> {
        let asked = self.asked.borrow();
        let guessing = asked.iter().enumerate().filter(|(_, (_, decision))| {
            decision.policy.name != PolicyName::Default && decision.allowed
        });
        guessing.map(|(index, (key, decision))| (index, key.clone(), *decision)).collect()
    }

    /// Tells the client what all limits said.
    pub(crate) fn add_headers(&self, api: &Api, headers: &mut HeaderMap) {
        let asked = self.asked.borrow();
        if let [(_, only)] = asked.as_slice() {
            api.policy_headers.add(headers, std::slice::from_ref(only));
        } else {
            let decisions: Vec<_> = asked.iter().map(|(_, decision)| *decision).collect();
            api.policy_headers.add(headers, &decisions);
        }
    }
}

fn unavailable(error: StoreError) -> ApiError {
    ApiError::Application(Error::Unavailable {
        doing: "asking the rate limiter",
        source: std::sync::Arc::new(error),
    })
}
