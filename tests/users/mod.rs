//! `/api/users`

mod administration;
mod deletion;
mod last_admin;
mod list;
mod me;
mod password;
mod reading;
mod registration;
mod registration_fields;
mod stored_addresses;
