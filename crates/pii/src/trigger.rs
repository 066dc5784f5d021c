//! x
pub(crate) fn is_in(_text: &str) -> bool {
    true
}
