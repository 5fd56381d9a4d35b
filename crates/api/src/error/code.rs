use actix_web::http::StatusCode;

macro_rules! codes {
    ($($variant:ident $text:literal $status:ident $message:literal;)*) => {
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

            /// What people are told when nothing more precise is known.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message),* }
            }
        }
    };
}

codes! {
    ValidationFailed "validation_failed" BAD_REQUEST "Some fields are not valid";
    MalformedJson "malformed_json" BAD_REQUEST "The body is not valid JSON";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body must be application/json in UTF-8";
    NotAcceptable "not_acceptable" NOT_ACCEPTABLE "Only application/json and application/problem+json are available";
    PayloadTooLarge "payload_too_large" PAYLOAD_TOO_LARGE "The body must be at most 256 KiB";
    Unauthenticated "unauthenticated" UNAUTHORIZED "Access token required";
    TokenInvalid "token_invalid" UNAUTHORIZED "Invalid token";
    TokenExpired "token_expired" UNAUTHORIZED "Token expired";
    TokenRevoked "token_revoked" UNAUTHORIZED "Token revoked";
    InvalidCredentials "invalid_credentials" UNAUTHORIZED "Invalid credentials";
    Forbidden "forbidden" FORBIDDEN "Insufficient permissions";
    NotFound "not_found" NOT_FOUND "Not found";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "Method not allowed";
    EmailTaken "email_taken" CONFLICT "User already exists";
    LastAdmin "last_admin" CONFLICT "No active administrator would be left";
    VersionConflict "version_conflict" PRECONDITION_FAILED "The resource has changed since it was read";
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "The idempotency key was used with another body";
    IdempotencyInProgress "idempotency_in_progress" CONFLICT "The first request with this idempotency key still runs";
    PageTooDeep "page_too_deep" BAD_REQUEST "Pages by number reach the first 10000 rows; go deeper with cursor";
    InvalidCursor "invalid_cursor" BAD_REQUEST "The cursor does not belong to this list; start again with an empty cursor";
    RateLimited "rate_limited" TOO_MANY_REQUESTS "Too many requests from this IP, please try again later";
    Timeout "timeout" REQUEST_TIMEOUT "The request did not arrive in time";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "Service temporarily unavailable";
    Internal "internal" INTERNAL_SERVER_ERROR "Something went wrong!";
}
