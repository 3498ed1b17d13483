//! Documents that people hold: facts in, PDF bytes out.
//!
//! A document is typed data ([`receipt`], [`statement`], [`demand`], [`certificate`]) and a template, written in Typst ([`template`]). What people wrote is data for the
//! template and never part of its source. The same data give the same bytes. Nothing here opens a file or a connection, reads
//! a clock, or knows where data come from. May never happen here: a character that is silently left out ([`text`]), a
//! document without bounds ([`render`]).

pub mod amount;
pub mod certificate;
pub mod demand;
pub mod qr;
pub mod receipt;
pub mod render;
pub mod sample;
pub mod stamp;
pub mod statement;
pub mod template;
pub mod text;

pub use render::{Press, PrintError, Printed};
pub use template::{Template, TemplateError, Templates};
