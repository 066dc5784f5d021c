//! `agent-assist key`: makes, lists and revokes the keys with which the daemon is asked.

use agent_assist_app::access::{IssueError, Issued, KeyOrder, ShownKey};
use agent_assist_app::error::Chain;
use agent_assist_app::wire;
use agent_assist_domain::access::Limits;
use serde::Serialize;

use crate::args::{Global, KeyCommand, KeyCreateArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{render, session};

/// `key create` as JSON.
#[derive(Serialize)]
struct Created<'a> {
    key: &'a str,
    #[serde(flatten)]
    shown: &'a ShownKey,
}

pub(super) async fn run(
    global: &Global,
    command: KeyCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    match command {
        KeyCommand::Create(args) => create(global, args, printer).await,
        KeyCommand::List { place } => list(global, place.sandbox, printer).await,
        KeyCommand::Revoke { id, place } => revoke(global, &id, place.sandbox, printer).await,
    }
}

async fn create(global: &Global, args: KeyCreateArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_daemon(global, args.place.sandbox, printer)?;
    let order = KeyOrder {
        name: args.name,
        role: args.role,
        limits: Limits {
            tenant: args.tenant,
            queues: args.queues,
            conversation_id: args.conversation,
        },
        lasts: args.lasts,
    };
    let by = session::actor(&session::sources(global));
    let screening = wire::screening(&loaded.settings)?;
    // A store is made where there is none: keys come before the first request.
    let store = wire::open_store(&loaded.settings).await?;
    let keys = wire::keys(&loaded.settings, &store, &screening);
    let issued = keys.issue(order, &by).await;
    store.close().await;
    let Issued { key, secret } = issued?;
    if printer.format() == Format::Table {
        printer.data(&secret);
    } else {
        printer.json(&Created {
            key: &secret,
            shown: &key,
        });
    }
    printer.note("keep it now: it is shown this once, and the store holds only its digest");
    Ok(Exit::Ok)
}

async fn list(global: &Global, sandbox: bool, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_daemon(global, sandbox, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let screening = wire::screening(&loaded.settings)?;
    let keys = wire::keys(&loaded.settings, &store, &screening);
    let keys = keys.list().await;
    store.close().await;
    let keys = keys?;
    if printer.format() == Format::Table {
        printer.data(&render::keys(&keys, printer));
    } else {
        printer.json_list(&keys);
    }
    Ok(Exit::Ok)
}

async fn revoke(
    global: &Global,
    id: &str,
    sandbox: bool,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_daemon(global, sandbox, printer)?;
    let by = session::actor(&session::sources(global));
    let screening = wire::screening(&loaded.settings)?;
    let store = session::open_existing(&loaded.settings).await?;
    let keys = wire::keys(&loaded.settings, &store, &screening);
    let revoked = keys.revoke(id, &by).await;
    store.close().await;
    if !revoked? {
        return Err(Failure::usage("no key of this id stands")
            .advise("`agent-assist key list` shows what there is"));
    }
    if printer.format() == Format::Table {
        printer.data("revoked; a daemon that runs knows of it within a second");
    } else {
        printer.json(&serde_json::json!({ "id": id, "revoked": true }));
    }
    Ok(Exit::Ok)
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Invalid { .. } => Self::usage(error.to_string()),
            IssueError::Make(_) => Self::new(Exit::Store, Chain(&error).to_string()),
            IssueError::Record(error) | IssueError::Store(error) => error.into(),
        }
    }
}
