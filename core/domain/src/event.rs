//! How events are declared. Each noun's `event.rs` lists its facts; `stream.rs` joins the nouns.

/// An event type or version that this build does not know: the ledger must stop here, loudly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No such type or version for this kind of stream.
    #[error("unknown event {event_type} v{schema_version} in a {stream_type} stream")]
    Unknown {
        /// Kind of stream.
        stream_type: &'static str,
        /// Type on the wire.
        event_type: String,
        /// Version on the wire.
        schema_version: u32,
    },
    /// The data does not have the shape of its type and version.
    #[error("malformed data of {event_type}: {reason}")]
    Malformed {
        /// Type on the wire.
        event_type: &'static str,
        /// What is wrong, without values.
        reason: String,
    },
}

/// The facts of one kind of stream: `Variant(Variant) = "wire_name", version`.
macro_rules! events {
    ($(#[$meta:meta])* pub enum $name:ident of $stream:literal { $($variant:ident = $wire:literal, $version:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $(#[doc = concat!("`", $wire, "`")] $variant($variant)),+ }

        impl $name {
            /// Every type of this stream with its newest version.
            pub const TYPES: &'static [(&'static str, u32)] = &[$(($wire, $version)),+];

            /// Type on the wire.
            pub fn event_type(&self) -> &'static str {
                match self { $(Self::$variant(_) => $wire),+ }
            }

            /// Version of the shape.
            pub fn schema_version(&self) -> u32 {
                match self { $(Self::$variant(_) => $version),+ }
            }

            /// Canonical bytes of the data.
            ///
            /// # Errors
            /// When the data holds what the log does not admit.
            pub fn data_bytes(&self) -> Result<Vec<u8>, $crate::canonical::NotCanonical> {
                match self { $(Self::$variant(data) => $crate::canonical::data_bytes(data)),+ }
            }

            /// From the wire.
            ///
            /// # Errors
            /// [`EventError`](crate::event::EventError) for an unknown type or version, or another shape.
            pub fn decode(event_type: &str, schema_version: u32, data: &str) -> Result<Self, $crate::event::EventError> {
                match (event_type, schema_version) {
                    $(($wire, $version) => serde_json::from_str(data).map(Self::$variant).map_err(|e| {
                        $crate::event::EventError::Malformed { event_type: $wire, reason: $crate::event::shape_of(&e) }
                    }),)+
                    _ => Err($crate::event::EventError::Unknown {
                        stream_type: $stream,
                        event_type: event_type.to_owned(),
                        schema_version,
                    }),
                }
            }
        }

        $(impl From<$variant> for $name {
            fn from(data: $variant) -> Self { Self::$variant(data) }
        }
        impl From<$variant> for $crate::stream::Event {
            fn from(data: $variant) -> Self { $name::$variant(data).into() }
        })+
    };
}
pub(crate) use events;

/// Declares the data of facts: plain structs with the derives that all of them share.
macro_rules! facts {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident: $type:ty),* $(,)? })+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fmeta])* pub $field: $type),* }
    )+ };
}
pub(crate) use facts;

/// What serde says of a wrong shape, cut to its position: values must not leak into error texts.
pub(crate) fn shape_of(error: &serde_json::Error) -> String {
    format!("at line {} column {}", error.line(), error.column())
}
