//! The little XML that the parts of a workbook need: tags, attributes, text. No document types, no own entities.

use super::workbook::{MAX_CELL_CHARS, WorkbookError};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use std::borrow::Cow;

/// A reader of one part.
pub(super) struct Xml<'a>(Reader<&'a [u8]>);

/// What is read next.
pub(super) enum Node<'a> {
    /// A tag opens; an empty tag opens and closes.
    Open(BytesStart<'a>),
    /// A tag closes.
    Close(BytesEnd<'a>),
    /// A stretch of text, references resolved.
    Text(Cow<'a, str>),
}

impl<'a> Xml<'a> {
    /// Over the text of a part.
    pub(super) fn new(part: &'a str) -> Self {
        let mut reader = Reader::from_str(part);
        reader.config_mut().expand_empty_elements = true;
        Self(reader)
    }

    /// The next node; `None` at the end of the part.
    pub(super) fn next_node(&mut self) -> Result<Option<Node<'a>>, WorkbookError> {
        loop {
            return Ok(Some(match self.0.read_event().map_err(|_| WorkbookError::Damaged)? {
                Event::Start(tag) => Node::Open(tag),
                Event::End(tag) => Node::Close(tag),
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(reference) => {
                    let known = resolve_xml_entity(&reference).map(Cow::Borrowed);
                    let character = || reference.resolve_char_ref().ok().flatten().map(|c| Cow::Owned(c.to_string()));
                    Node::Text(known.or_else(character).ok_or(WorkbookError::Damaged)?)
                }
                Event::DocType(_) => return Err(WorkbookError::Damaged),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            }));
        }
    }

    /// All text until the open element of this name closes.
    pub(super) fn text_until(&mut self, name: &str) -> Result<String, WorkbookError> {
        let mut all = String::new();
        loop {
            match self.next_node()?.ok_or(WorkbookError::Damaged)? {
                Node::Text(text) => all.push_str(&text),
                Node::Close(tag) if tag.local_name().as_ref() == name => return Ok(all),
                Node::Open(_) | Node::Close(_) => {}
            }
            if all.len() > 4 * MAX_CELL_CHARS {
                return Err(WorkbookError::CellTooLong);
            }
        }
    }
}

/// The value of an attribute by its local name.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, WorkbookError> {
    let mut attributes = tag.attributes();
    // The check for repeated names costs the square of their count; the first of a name wins here.
    for attribute in attributes.with_checks(false) {
        let attribute = attribute.map_err(|_| WorkbookError::Damaged)?;
        if attribute.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| WorkbookError::Damaged)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}
