//! Keys for people.

use agent_assist_app::access::ShownKey;
use agent_assist_domain::time::Timestamp;

use super::table::{self, clean, list};
use crate::moment;
use crate::output::Printer;

/// Keys, a line each.
pub(crate) fn keys(keys: &[ShownKey], printer: &Printer) -> String {
    if keys.is_empty() {
        return "there are no keys; `agent-assist key create` makes one".to_owned();
    }
    let mut table = list(
        printer,
        &["id", "name", "role", "only for", "made (UTC)", "state"],
    );
    for key in keys {
        table.add_row([
            clean(&key.id),
            clean(&key.name),
            key.role.to_owned(),
            limits(key),
            show(key.created_ms),
            state(key),
        ]);
    }
    table::keep_whole(&mut table, 0);
    table.to_string()
}

fn limits(key: &ShownKey) -> String {
    let tenant = key.tenant.iter().map(|id| format!("tenant {}", clean(id)));
    let queues = key.queues.iter().map(|id| format!("queue {}", clean(id)));
    let conversation = key.conversation_id.iter();
    let conversation = conversation.map(|id| format!("conversation {}", clean(id)));
    let limits: Vec<String> = tenant.chain(queues).chain(conversation).collect();
    match limits.is_empty() {
        true => "-".to_owned(),
        false => limits.join(", "),
    }
}

fn state(key: &ShownKey) -> String {
    match (key.revoked_ms, key.expires_ms) {
        (Some(at), _) => format!("revoked {}", show(at)),
        (None, Some(end)) => format!("until {}", show(end)),
        (None, None) => "valid".to_owned(),
    }
}

fn show(millis: i64) -> String {
    moment::show_seconds(Timestamp::from_millis(millis))
}
