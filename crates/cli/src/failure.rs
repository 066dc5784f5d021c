//! What went wrong, said so that somebody can do something about it.

use std::error::Error;

use agent_assist_app::assist::AssistError;
use agent_assist_app::engage::EngageError;
use agent_assist_app::error::Chain;
use agent_assist_app::fetch::FetchError;
use agent_assist_app::pseudonyms::OtherKey;
use agent_assist_app::report::ReportError;
use agent_assist_app::settings::Mistakes;
use agent_assist_app::wire::{Refusal, WireError};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::Violations;
use agent_assist_domain::ports::{SourceError, SourceErrorKind, StoreError, StoreErrorKind};

use crate::exit::Exit;
use crate::output::Printer;
use crate::render::clean;

/// A command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The code that scripts see.
    pub(crate) exit: Exit,
    message: String,
    particulars: Vec<String>,
    advice: Option<String>,
}

impl Failure {
    /// A failure with what happened in one line.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            particulars: Vec::new(),
            advice: None,
        }
    }

    /// A wrong command line.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The same failure with what to do about it.
    #[must_use]
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The same failure with what it led to before it.
    #[must_use]
    pub(crate) fn behind(mut self, consequence: &str) -> Self {
        self.message = format!("{consequence}: {}", self.message);
        self
    }

    /// The same failure with its causes, a line each.
    #[must_use]
    pub(crate) fn list(mut self, particulars: impl IntoIterator<Item = String>) -> Self {
        self.particulars.extend(particulars);
        self
    }

    /// The same failure as the cause of another.
    #[must_use]
    pub(crate) fn under(self, message: &str) -> Self {
        Self {
            message: format!("{message}: {}", self.message),
            ..self
        }
    }

    /// Something nobody foresaw.
    pub(crate) fn unexpected(doing: &str, error: &(dyn Error + 'static)) -> Self {
        Self::new(Exit::Unexpected, format!("{doing}: {}", Chain(error)))
    }

    /// Says it on standard error.
    pub(crate) fn report(&self, printer: &Printer) {
        printer.note(&format!("error: {}", clean(&self.message)));
        for particular in &self.particulars {
            printer.note(&format!("  - {}", clean(particular)));
        }
        if let Some(advice) = &self.advice {
            printer.note(&format!("hint: {advice}"));
        }
    }

    /// No answer, by the dialect that was asked.
    pub(crate) fn fetch(error: FetchError, dialect: Dialect) -> Self {
        match error {
            FetchError::Invalid(violations) => violations.into(),
            FetchError::Source(error) => Self::source(&error, dialect),
            FetchError::Denied(_) => Self::usage(error.to_string()),
            FetchError::Record(error) => error.into(),
        }
    }

    /// The upstream gave nothing.
    pub(crate) fn source(error: &SourceError, dialect: Dialect) -> Self {
        let failure = Self::new(exit_of(error.kind()), Chain(error).to_string());
        match advice_on(error, dialect) {
            Some(advice) => failure.advise(advice),
            None => failure,
        }
    }
}

/// The code for a failure of the upstream.
pub(crate) fn exit_of(kind: SourceErrorKind) -> Exit {
    match kind {
        SourceErrorKind::Unauthenticated | SourceErrorKind::Forbidden => Exit::Authentication,
        SourceErrorKind::RateLimited => Exit::RateLimited,
        SourceErrorKind::Internal => Exit::Unexpected,
        _ => Exit::Upstream,
    }
}

/// What somebody can do about a failure of the upstream.
pub(crate) fn advice_on(error: &SourceError, dialect: Dialect) -> Option<String> {
    let right = match dialect {
        Dialect::Recommendations => "the scope agentassist:recommendations:view",
        Dialect::Suggestions => {
            "the permission conversation:suggestion:view and the scope conversations:readonly"
        }
    };
    Some(match error.kind() {
        SourceErrorKind::Unauthenticated => format!(
            "check the client id and secret (GENESYSCLOUD_OAUTHCLIENT_ID, \
             GENESYSCLOUD_OAUTHCLIENT_SECRET), that the client lives in this region \
             (GENESYSCLOUD_REGION), and that it has {right}; with scope enforcement on, the \
             client itself needs the scope; `agent-assist doctor` tries each"
        ),
        SourceErrorKind::Forbidden => format!(
            "give the OAuth client's role {right}, in the division of the conversation; if scope \
             enforcement is on, the client itself needs the scope too"
        ),
        SourceErrorKind::NotFound if dialect == Dialect::Recommendations => {
            "this upstream may not offer that API; try --dialect suggestions".to_owned()
        }
        SourceErrorKind::NotFound => "check --api-base: nothing there knows this path".to_owned(),
        SourceErrorKind::RateLimited => match error.retry_after() {
            Some(wait) => format!("ask again in {} s", wait.as_secs().max(1)),
            None => "ask less often; `agent-assist doctor --agents N` says how many tokens N \
                     agents need"
                .to_owned(),
        },
        SourceErrorKind::Unreachable => {
            "check the region or --api-base, DNS, proxy and certificates; `agent-assist doctor` \
             tries each"
                .to_owned()
        }
        SourceErrorKind::DeadlineExceeded | SourceErrorKind::UpstreamTimeout => {
            "give it longer with --timeout, or ask again".to_owned()
        }
        _ => return None,
    })
}

impl From<Violations> for Failure {
    fn from(violations: Violations) -> Self {
        let mut particulars: Vec<String> = violations.iter().map(ToString::to_string).collect();
        if violations.untold() > 0 {
            particulars.push(format!("and {} more", violations.untold()));
        }
        Self {
            particulars,
            ..Self::usage(violations.to_string())
        }
    }
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        Self {
            particulars: mistakes.0.iter().map(ToString::to_string).collect(),
            ..Self::usage(mistakes.to_string())
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = match error.kind() {
            StoreErrorKind::Poisoned => Exit::Poisoned,
            _ => Exit::Store,
        };
        let failure = Self::new(exit, Chain(&error).to_string());
        match error.kind() {
            StoreErrorKind::Poisoned => failure.advise(
                "look into the disk of the store before anything else; every record that was \
                 acknowledged is in it",
            ),
            StoreErrorKind::Unavailable => failure.advise("another process may hold it; try again"),
            StoreErrorKind::Full => failure.advise("free some space on the disk of the store"),
            StoreErrorKind::ReadOnly if matches!(refusal(&error), Some(Refusal::Link)) => {
                failure.advise("name the file itself with --store")
            }
            StoreErrorKind::ReadOnly if matches!(refusal(&error), Some(Refusal::Owner { .. })) => {
                failure.advise("run this as the owner of the store")
            }
            StoreErrorKind::ReadOnly => {
                failure.advise("make the store's folder writable, or name another with --store")
            }
            StoreErrorKind::Corrupt if is_another_log(&error) => failure.advise(
                "keep the store and the files beside it as they are: the records may still be in its \
                 -wal; restore them from a backup that has them; if the loss is accepted, put the \
                 .audit-head file where it is kept as evidence, and open the store again",
            ),
            // It says itself what to do.
            StoreErrorKind::Incompatible if is_other_key(&error) => failure,
            StoreErrorKind::Incompatible if is_older(&error) => failure.advise(
                "the next `agent-assist fetch` brings it up to date; of an archive, take a copy",
            ),
            StoreErrorKind::Incompatible => failure.advise(
                "name another file with --store, or use the version of the program that wrote it",
            ),
            StoreErrorKind::Corrupt => {
                failure.advise("keep the file for inspection, restore a backup")
            }
            _ => failure,
        }
    }
}

/// Whether the store was written by an older version and was only to be read.
fn is_older(error: &StoreError) -> bool {
    matches!(refusal(error), Some(Refusal::OlderSchema { .. }))
}

/// Whether the audit log of the store is not the one whose head stands beside it.
fn is_another_log(error: &StoreError) -> bool {
    matches!(
        refusal(error),
        Some(Refusal::Lost { .. } | Refusal::OtherLog { .. } | Refusal::HeadFile)
    )
}

/// Whether the key of people is not the one that the store knows.
fn is_other_key(error: &StoreError) -> bool {
    error.source().is_some_and(|cause| cause.is::<OtherKey>())
}

fn refusal(error: &StoreError) -> Option<&Refusal> {
    error.source()?.downcast_ref()
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Missing { .. } => Self::usage(error.to_string())
                .advise("`agent-assist fetch --sandbox` needs none of this"),
            WireError::Store(error) => error.into(),
            WireError::Key(error) => Self::new(Exit::Store, Chain(&error).to_string()),
            WireError::Secret { .. } => Self::usage(Chain(&error).to_string())
                .advise("name a readable file, or give it by environment"),
            WireError::AuditKey(_) => Self::usage(Chain(&error).to_string())
                .advise("audit.key_file names the file that `agent-assist audit keygen` has made"),
            WireError::WebhookSecret { .. }
            | WireError::Webhook { .. }
            | WireError::Transport(_)
            | WireError::Policy(_) => Self::usage(Chain(&error).to_string()),
        }
    }
}

impl From<AssistError> for Failure {
    fn from(error: AssistError) -> Self {
        let message = error.to_string();
        match error {
            AssistError::Invalid(violations) => violations.into(),
            AssistError::Record(error) | AssistError::Turn(error) => {
                Self::from(error).behind(&message)
            }
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::ByAgent => Self::usage(error.to_string()).advise(
                "report.by_agent = true allows it; it needs a lawful basis, and often a works \
                 council's consent",
            ),
            ReportError::Store(error) => error.into(),
        }
    }
}

impl From<EngageError> for Failure {
    fn from(error: EngageError) -> Self {
        match error {
            EngageError::Invalid(violations) => violations.into(),
            EngageError::NeverEmitted => Self::usage(error.to_string()).advise(
                "check --conversation and --recommendation against the answer, and that --store \
                 and the tenant are those of the fetch",
            ),
            EngageError::TooLate => Self::usage(error.to_string())
                .advise("what is told of a recommendation counts for 24 hours; send it sooner"),
            EngageError::EventIdTaken => {
                Self::usage(error.to_string()).advise("give every event an id of its own")
            }
            EngageError::Record(error) => error.into(),
        }
    }
}
