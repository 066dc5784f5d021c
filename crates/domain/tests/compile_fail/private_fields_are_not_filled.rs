//! Filling the field of what only the screening makes. The compiler looks at who may name it only
//! after all types fit, so this attempt has a file of its own.

use agent_assist_domain::recommendation::Recommendation;
use agent_assist_domain::screening::Masked;

fn masked(raw: Recommendation) -> Masked<Recommendation> {
    Masked { value: raw }
}

fn main() {}
