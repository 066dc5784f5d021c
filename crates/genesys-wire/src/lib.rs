//! The platform's JSON shapes.
