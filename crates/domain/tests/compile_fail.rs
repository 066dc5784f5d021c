//! The ways around the screening that do not compile: each file in `compile_fail/` tries one, and
//! the compiler's words beside it say why it fails.
//!
//! After a change of the compiler's wording: `TRYBUILD=overwrite cargo test -p agent-assist-domain
//! --test compile_fail`, and read what has changed.

#[test]
fn no_way_leads_around_the_screening() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
