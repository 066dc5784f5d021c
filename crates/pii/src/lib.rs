//! Finds and masks personal data in text.
