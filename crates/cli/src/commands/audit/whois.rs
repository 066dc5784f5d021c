//! `agent-assist audit whois`: whose a pseudonym is, and which somebody has, for who holds the key.

use agent_assist_app::pseudonyms::{Identity, Pseudonyms};
use agent_assist_app::reading::Reading;
use agent_assist_app::wire;
use agent_assist_domain::audit::ReadCommand;
use agent_assist_domain::person::{PersonKind, Pseudonym};
use serde::{Serialize, Serializer};

use super::access;
use crate::args::{Global, WhoisArgs, Whom};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render::clean;
use crate::{progress, session};

/// A pseudonym and what is known of it.
#[derive(Serialize)]
struct Known {
    #[serde(serialize_with = "as_text")]
    pseudonym: Pseudonym,
    kind: &'static str,
    epoch: u32,
    /// `known`, `unknown`, `no_key` or `altered`.
    status: &'static str,
    /// Whose it is.
    id: Option<String>,
}

pub(super) async fn run(
    global: &Global,
    args: WhoisArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let asking = async {
        let store = session::open_to_read(&loaded.settings).await?;
        let asked = match wire::whois(&loaded.settings, &store) {
            Ok(pseudonyms) => ask(&pseudonyms, &args).await,
            Err(error) => Err(error.into()),
        };
        store.close().await;
        asked
    };
    let (known, lost) = progress::during(printer, "looking people up", asking).await?;
    let reading = Reading {
        person: named(&args.who).map(|(kind, _)| kind),
        pseudonyms: known.iter().map(|one| one.pseudonym.clone()).collect(),
        ..Reading::of(ReadCommand::Whois)
    };
    access::record(global, &loaded.settings, reading, known.len(), printer).await?;
    warn_of_lost(&lost, printer);
    if printer.format() != Format::Table {
        printer.json_list(&known);
    } else if known.is_empty() {
        printer.data("nobody of that name is known: never recorded, or erased");
    } else {
        known.iter().for_each(|one| printer.data(&one.line()));
    }
    Ok(Exit::Ok)
}

/// Whoever appeared while the key was another is neither found nor resolved.
pub(super) fn warn_of_lost(epochs: &[u32], printer: &Printer) {
    for epoch in epochs {
        printer.note(&format!(
            "warning: the key of epoch {epoch} is not in the key file: people of then cannot be found, \
             and their pseudonyms are nobody's"
        ));
    }
}

/// What is known, and the epochs of which nothing can be.
async fn ask(pseudonyms: &Pseudonyms, args: &WhoisArgs) -> Result<(Vec<Known>, Vec<u32>), Failure> {
    Ok((
        look_up(pseudonyms, args).await?,
        pseudonyms.lost_epochs().await?,
    ))
}

async fn look_up(pseudonyms: &Pseudonyms, args: &WhoisArgs) -> Result<Vec<Known>, Failure> {
    if let Some(text) = &args.who.pseudonym {
        let pseudonym = Pseudonym::parse(text).ok_or_else(|| {
            Failure::usage("PSEUDONYM has another form")
                .advise("it is as records have it: agent~1~ and 32 hexadecimal digits")
        })?;
        let identity = pseudonyms.identify(&pseudonym).await?;
        return Ok(vec![Known::of(&pseudonym, identity)]);
    }
    let Some((kind, id)) = named(&args.who) else {
        return Err(Failure::usage("name a pseudonym, an agent or a customer"));
    };
    let all = pseudonyms.all_of(kind, id).await?;
    let known = |one| Known::of(one, Identity::Known(id.to_owned()));
    Ok(all.iter().map(known).collect())
}

/// Who is asked for by name.
fn named(who: &Whom) -> Option<(PersonKind, &str)> {
    let agent = who.agent.as_deref().map(|id| (PersonKind::Agent, id));
    agent.or_else(|| Some((PersonKind::Customer, who.customer.as_deref()?)))
}

fn as_text<S: Serializer>(pseudonym: &Pseudonym, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(pseudonym)
}

impl Known {
    fn of(pseudonym: &Pseudonym, identity: Identity) -> Self {
        let (status, id) = match identity {
            Identity::Known(id) => ("known", Some(id)),
            Identity::Unknown => ("unknown", None),
            Identity::NoKey => ("no_key", None),
            Identity::Altered => ("altered", None),
        };
        Self {
            pseudonym: pseudonym.clone(),
            kind: pseudonym.kind().as_str(),
            epoch: pseudonym.epoch(),
            status,
            id,
        }
    }

    fn line(&self) -> String {
        let Self {
            pseudonym,
            kind,
            epoch,
            ..
        } = self;
        match (self.status, &self.id) {
            (_, Some(id)) => format!("{pseudonym} is the {kind} {}", clean(id)),
            ("no_key", None) => {
                format!("the key of epoch {epoch} is not in the key file: {pseudonym} is nobody's")
            }
            ("altered", None) => {
                format!("what the store has about {pseudonym} was not made under the key")
            }
            _ => format!("{pseudonym} is nobody's: it never was, or its {kind} has been erased"),
        }
    }
}
