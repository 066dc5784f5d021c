//! The settings file that `config init` writes.

use super::keys;

/// The organisation's own contacts: what is nobody's personal data and stays readable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnContacts {
    /// Telephone numbers, best with their country code.
    pub phones: Vec<String>,
    /// Mailboxes.
    pub emails: Vec<String>,
    /// Domains; every mailbox there is the organisation's.
    pub domains: Vec<String>,
    /// Bank accounts, tax numbers and the like.
    pub accounts: Vec<String>,
}

impl OwnContacts {
    /// What to set `name` to, if it is one of the lists and there is anything in it.
    fn list(&self, name: &str) -> Option<&[String]> {
        let list = match name {
            "pii.allow.phones" => &self.phones,
            "pii.allow.emails" => &self.emails,
            "pii.allow.domains" => &self.domains,
            "pii.allow.accounts" => &self.accounts,
            _ => return None,
        };
        (!list.is_empty()).then_some(list)
    }
}

/// How several tenants are told apart.
const TENANTS: &str = "\
\n# Several organisations or regions in one daemon: a table for each, with what differs from the above. Its\n\
# store is in a folder of its name, beside that of the daemon; receivers of events and keys of logs are never\n\
# taken over. docs/HTTP.md says more.\n\
# [tenants.emea.upstream]\n\
# region = \"eu-central-1\"\n\
# client_id = \"name\"\n\
# client_secret_file = \"/path/to/file\"\n";

/// What is set in the file, to its default: how long records are kept is a decision that somebody should
/// see and be able to point to.
const WRITTEN: [&str; 2] = ["audit.retain_online", "audit.retain_archived"];

/// A settings file with every setting, its meaning and its default, all commented out but for how long
/// records are kept, and the organisation's own contacts, where they are given.
pub fn template(own: &OwnContacts) -> String {
    let mut text = String::from(
        "# agent-assist settings. A line behind a # shows a default or an example; remove the # to set it.\n\
         # Flags and environment variables win over this file: cache.ttl is AGENT_ASSIST_CACHE__TTL.\n\
         # Secrets do not belong here: name a file (client_secret_file) or use the environment.\n",
    );
    let mut section = "";
    for key in keys::KEYS.iter().filter(|key| !key.secret) {
        let (table, name) = key.name.rsplit_once('.').unwrap_or(("", key.name));
        if table != section {
            section = table;
            let table = table.replace('*', "crm");
            text.push_str(&format!("\n[{table}]\n"));
        }
        let name = match name {
            "*" if table.starts_with("pii.") => "us_ssn",
            "*" => "knowledge_search",
            name => name,
        };
        let expected = key.form.expected();
        text.push_str(&format!("# {}\n# expected: {expected}\n", key.meaning));
        if let Some(list) = own.list(key.name) {
            let quoted: Vec<String> = list.iter().map(|entry| quoted(entry)).collect();
            text.push_str(&format!("{name} = [{}]\n", quoted.join(", ")));
            continue;
        }
        let value = match key.default {
            "" => key.form.example(),
            default => default,
        };
        let quote = if key.form.is_bare() { "" } else { "\"" };
        let mark = if WRITTEN.contains(&key.name) {
            ""
        } else {
            "# "
        };
        text.push_str(&format!("{mark}{name} = {quote}{value}{quote}\n"));
    }
    text.push_str(TENANTS);
    text
}

/// `text` as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
