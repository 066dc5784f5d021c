//! Use cases, settings and wiring.
