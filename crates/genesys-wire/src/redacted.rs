//! `Debug` for shapes that carry text.
//!
//! Text in these payloads may quote a customer, and `Debug` output ends up in logs. The macro
//! prints the type's name and the fields it is told are safe; everything else shows as `..`.

/// Implements `Debug` for `$type`, printing only the listed fields.
macro_rules! redacted_debug {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use redacted_debug;
