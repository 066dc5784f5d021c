//! Saying of a text that it is masked.

use agent_assist_domain::recommendation::Recommendation;
use agent_assist_domain::screening::Masked;

fn seal(raw: Recommendation) -> Masked<Recommendation> {
    Masked::seal(raw)
}

fn convert(raw: Recommendation) -> Masked<Recommendation> {
    raw.into()
}

fn swap(masked: &mut Masked<Recommendation>, raw: Recommendation) {
    **masked = raw;
}

fn main() {}
