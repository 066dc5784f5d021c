//! Filling the fields of what only the screening makes. The compiler looks at who may name a field
//! only after all types fit, so these attempts have a file of their own.

use agent_assist_domain::recommendation::Recommendation;
use agent_assist_domain::screening::{Masked, Safe, Screened};

fn masked(raw: Recommendation) -> Masked<Recommendation> {
    Masked { value: raw }
}

fn screened(kept: Vec<Masked<Safe>>) -> Screened {
    Screened {
        kept,
        ..Screened::nothing()
    }
}

fn main() {}
