//! The brand's rules as a document: read, published as the next version, compared field by field.

mod diff;
mod document;
mod publish;

pub use diff::{Difference, differences};
pub use document::{Document, DocumentError, parse, read};
pub use publish::{Notice, PublishError, Published, publish};
