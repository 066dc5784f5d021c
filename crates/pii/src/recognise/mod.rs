//! One recogniser per entity.
//!
//! Each takes folded text, or the digit groups of one, and returns non-empty byte ranges in it;
//! they may overlap. A recogniser decides by itself and knows nothing of the others: settling
//! overlaps is the scanner's work.

pub(crate) mod card;
pub(crate) mod context;
pub(crate) mod email;
pub(crate) mod phone;
pub(crate) mod ssn;
pub(crate) mod subject;
