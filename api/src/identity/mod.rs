//! Who calls: sign-in by name and password, bearer tokens, and slowing down whoever guesses.
//!
//! Passwords and tokens in clear never leave this folder; the database sees hashes ([`mingzhang_store::identity`]).

mod guesses;
mod password;
mod sessions;

pub use guesses::Guesses;
pub use password::Passwords;
pub use sessions::Sessions;
