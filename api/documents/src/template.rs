//! Templates by name: the built-in ones, and those of the operator that take their place.
//!
//! A template is a Typst file. It reads its data with `json("data.json")` and may import `common.typ`; there is nothing else
//! that it can reach.

use std::collections::BTreeMap;

/// The longest template, bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// What templates share.
pub const COMMON: &str = "common.typ";

macro_rules! templates {
    ($($(#[$meta:meta])* $name:ident = $file:literal;)+) => {
        /// What can be printed, and how it is laid out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Template { $($(#[$meta])* $name),+ }

        impl Template {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name of its file.
            pub fn file(self) -> &'static str {
                match self { $(Self::$name => $file),+ }
            }
        }

        const BUILT_IN: &[(&str, &str)] = &[
            (COMMON, include_str!("../templates/common.typ")),
            $(($file, include_str!(concat!("../templates/", $file)))),+
        ];
    };
}

templates! {
    /// A receipt on a sheet of its own, 210 × 297 mm.
    ReceiptA4 = "receipt-a4.typ";
    /// A receipt in two copies 二联, each on a sheet of 210 × 148 mm.
    ReceiptA5Landscape = "receipt-a5_landscape.typ";
    /// A receipt for a roll of 80 mm, as long as it is.
    ReceiptRoll80mm = "receipt-roll_80mm.typ";
    /// A statement of an account, on as many sheets of A4 as it takes.
    Statement = "statement.typ";
    /// A formal demand with its advice of delivery, on A4.
    Demand = "demand.typ";
    /// The closing certificate of a month, on A4.
    Certificate = "certificate.typ";
}

/// Why a file cannot be a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No template has that name.
    #[error("{0}: there is no template of that name")]
    Unknown(String),
    /// It is too long.
    #[error("{0}: a template has at most 262144 bytes")]
    TooLong(String),
}

/// The sources that are printed with.
#[derive(Debug, Clone)]
pub struct Templates(BTreeMap<String, String>);

impl Default for Templates {
    fn default() -> Self {
        Self(BUILT_IN.iter().map(|(file, source)| ((*file).to_owned(), (*source).to_owned())).collect())
    }
}

impl Templates {
    /// Puts a file of the operator in the place of the built-in one.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn replace(&mut self, file: &str, source: String) -> Result<(), TemplateError> {
        if source.len() > MAX_BYTES {
            return Err(TemplateError::TooLong(file.to_owned()));
        }
        let built_in = self.0.get_mut(file).ok_or_else(|| TemplateError::Unknown(file.to_owned()))?;
        *built_in = source;
        Ok(())
    }

    /// The source of a file.
    pub(crate) fn source(&self, file: &str) -> Option<&str> {
        self.0.get(file).map(String::as_str)
    }

    /// Every file.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
