//! Facts of an import: which file, how far; rows are commands of their own.

use crate::event::{events, facts};
use crate::value::{Count, Digest, Label};

facts! {
    /// A file begins to be posted.
    pub struct ImportStarted {
        /// Kind of file.
        pub kind: Label,
        /// SHA-256 of the file.
        pub file: Digest,
        /// Rows to post.
        pub rows: Count,
    }
    /// All rows are posted.
    pub struct ImportCompleted {
        /// Rows posted.
        pub posted: Count,
        /// Rows refused.
        pub refused: Count,
    }
}

events! {
    /// Facts of a `import` stream.
    pub enum ImportEvent of "import" {
        ImportStarted = "import_started", 1;
        ImportCompleted = "import_completed", 1;
    }
}
