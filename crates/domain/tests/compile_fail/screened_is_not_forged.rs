//! Putting together what a screening would have let through.

use agent_assist_domain::batch::Batch;
use agent_assist_domain::screening::{Rejection, Screened, Stored, StoredRejection};

fn forge(screened: &mut Screened, raw: Batch) {
    screened.kept = raw.items;
}

fn add(screened: &mut Screened, raw: Batch) {
    screened.kept().extend(raw.items);
}

fn reject(raw: StoredRejection) -> Rejection {
    Rejection::seal(raw)
}

fn restore(raw: Stored<'_>) -> Screened {
    raw.fields
}

fn main() {}
