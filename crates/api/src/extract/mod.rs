//! What handlers take as arguments.
//!
//! The order of the contract's checks is the order of the layers: [`crate::middleware::gate`] has
//! already made those that need no body when an extractor runs. [`Caller`] reads what the gate
//! found; [`Input`] is the only extractor that waits.

mod caller;
mod id;
mod input;
mod reader;

pub use caller::{Access, Admin, Anyone, Caller, Right, SelfOrAdmin, User, Viewer};
pub use id::PathId;
pub use input::{BodyRule, Expected, FromFields, Input, MAX_BODY_BYTES, NoFields};
pub use reader::Fields;

use actix_web::{FromRequest, HttpRequest, web};

/// What an endpoint's extractors tell the gate about it.
pub trait Extractor: FromRequest {
    /// Who may call, where the extractor says so.
    const ACCESS: Option<Access> = None;
    /// Whether a body is read.
    const BODY: Option<BodyRule> = None;
}

impl<T: 'static> Extractor for web::Data<T> {}

impl Extractor for HttpRequest {}

/// The arguments of a handler: a [`Caller`] first, so that who may call stands in the type.
pub trait Arguments: FromRequest {
    /// Who may call.
    const ACCESS: Access;
    /// Whether a body is read.
    const BODY: BodyRule;
    /// Whether there is an [`Input`], which refuses what it does not know.
    const IS_STRICT: bool;
}

macro_rules! arguments {
    ($($extractor:ident),*) => {
        impl<R: Right, $($extractor: Extractor + 'static),*> Arguments for (Caller<R>, $($extractor,)*) {
            const ACCESS: Access = R::ACCESS;
            const BODY: BodyRule = {
                let rule = BodyRule::Ignored;
                $(
                    let rule = match $extractor::BODY {
                        Some(body) => body,
                        None => rule,
                    };
                )*
                rule
            };
            const IS_STRICT: bool = false $(|| $extractor::BODY.is_some())*;
        }
    };
}

arguments!();
arguments!(A);
arguments!(A, B);
arguments!(A, B, C);
arguments!(A, B, C, D);
