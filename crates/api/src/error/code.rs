use actix_web::http::StatusCode;

macro_rules! codes {
    ($($variant:ident $text:literal $status:ident $message:literal $meaning:literal;)*) => {
        /// The closed list of error codes. Clients switch on them; a code is never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(
                #[doc = $message]
                $variant,
            )*
        }

        impl Code {
            /// Every code, in the order of the OpenAPI document.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Its status. `timeout` has a second one: 503 when the work was ours.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),* }
            }

            /// What the document says of it: when it comes, and what to do.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning),* }
            }

            /// What people are told when nothing more precise is known.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message),* }
            }
        }
    };
}

codes! {
    ValidationFailed "validation_failed" BAD_REQUEST "Some fields are not valid"
        "Fields, parameters or headers are not valid: `errors` has one entry for each. Correct them first.";
    MalformedJson "malformed_json" BAD_REQUEST "The body is not valid JSON"
        "The body is no JSON object, or repeats a key.";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body must be application/json in UTF-8"
        "The body is not `application/json` in UTF-8, or is compressed.";
    NotAcceptable "not_acceptable" NOT_ACCEPTABLE "Only application/json and application/problem+json are available"
        "`Accept` names neither `application/json` nor `application/problem+json`.";
    PayloadTooLarge "payload_too_large" PAYLOAD_TOO_LARGE "The body must be at most 256 KiB"
        "The body has more than 256 KiB.";
    Unauthenticated "unauthenticated" UNAUTHORIZED "Access token required"
        "A token is needed and none came: log in, and send it.";
    TokenInvalid "token_invalid" UNAUTHORIZED "Invalid token"
        "The token is none of ours: log in again.";
    TokenExpired "token_expired" UNAUTHORIZED "Token expired"
        "The token is past its `expiresAt`: log in again.";
    TokenRevoked "token_revoked" UNAUTHORIZED "Token revoked"
        "The token was ended early, or its user is gone (`User not found`): log in again.";
    InvalidCredentials "invalid_credentials" UNAUTHORIZED "Invalid credentials"
        "Wrong e-mail, wrong password or a deactivated account; which of them is not told.";
    Forbidden "forbidden" FORBIDDEN "Insufficient permissions"
        "Your role forbids it, or that it is not yours. To send it again is of no use.";
    NotFound "not_found" NOT_FOUND "Not found"
        "There is no such path or resource, or none that you may know of.";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "Method not allowed"
        "The path has no such method; `Allow` lists those it has.";
    EmailTaken "email_taken" CONFLICT "User already exists"
        "Another account has this address.";
    LastAdmin "last_admin" CONFLICT "No active administrator would be left"
        "No active `ADMIN` would be left: make another one first.";
    VersionConflict "version_conflict" PRECONDITION_FAILED "The resource has changed since it was read"
        "It was changed since you read it; `ETag` is its present tag. Read it again, then decide.";
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "The idempotency key was used with another body"
        "The `Idempotency-Key` was used with another body: a new request needs a new key.";
    IdempotencyInProgress "idempotency_in_progress" CONFLICT "The first request with this idempotency key still runs"
        "The first request with this key still runs: send it again after `Retry-After` seconds.";
    PageTooDeep "page_too_deep" BAD_REQUEST "Pages by number reach the first 10000 rows; go deeper with cursor"
        "`page` × `limit` is over 10,000: go on with `cursor`.";
    InvalidCursor "invalid_cursor" BAD_REQUEST "The cursor does not belong to this list; start again with an empty cursor"
        "The cursor is of another list, filter or order, or none of ours: begin with an empty one.";
    RateLimited "rate_limited" TOO_MANY_REQUESTS "Too many requests from this IP, please try again later"
        "A limit is used up: send it again after `Retry-After` seconds.";
    Timeout "timeout" REQUEST_TIMEOUT "The request did not arrive in time"
        "408: the request did not arrive in time. 503: our work did not end in time; a write may have been done all the same.";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "Service temporarily unavailable"
        "A part that is needed is gone or busy: send it again after `Retry-After` seconds.";
    Internal "internal" INTERNAL_SERVER_ERROR "Something went wrong!"
        "A fault of ours: report the `requestId`.";
}
