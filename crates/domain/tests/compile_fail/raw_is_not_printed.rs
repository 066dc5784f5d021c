//! Printing or serialising what the upstream sent.

use agent_assist_domain::batch::{Batch, QueryStatement};
use agent_assist_domain::recommendation::{Recommendation, Source, TextPart, UpstreamId};
use agent_assist_domain::screening::Safe;

fn print<T: std::fmt::Display>() {}

fn serialise<T: serde::Serialize>() {}

fn main() {
    print::<Recommendation>();
    print::<TextPart>();
    print::<UpstreamId>();
    print::<Source>();
    print::<Safe>();
    print::<Batch>();
    print::<QueryStatement>();
    serialise::<Recommendation>();
    serialise::<TextPart>();
    serialise::<UpstreamId>();
    serialise::<Source>();
    serialise::<Safe>();
    serialise::<Batch>();
    serialise::<QueryStatement>();
}
