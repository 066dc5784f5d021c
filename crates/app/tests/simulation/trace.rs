//! What happened in a run, in the order in which it happened: what is judged, and what must be the
//! same whenever the same seed is run.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use agent_assist_domain::answer::{CacheInfo, DegradedReason, EmptyReason};
use agent_assist_domain::assist::SwitchChange;
use agent_assist_domain::audit::AuditEntry;
use agent_assist_domain::ports::{Clock, SourceErrorKind};
use agent_assist_domain::time::Timestamp;
use tokio::time::Instant;

/// When every run begins: 2026-01-05 09:00:00 UTC.
const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

/// The trace of a run that is going on, and its clock, which follows the runtime's.
#[derive(Debug)]
pub(crate) struct Trace {
    began: Instant,
    moments: Mutex<Vec<Moment>>,
}

/// An event, and when it happened: times are counted from the beginning of the run.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Duration,
    pub(crate) event: Event,
}

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A process died, and its callers with it.
    Crashed(usize),
    Asked(Asked),
    /// The caller of this request went away.
    GaveUp(usize),
    /// This request came to this end.
    Ended(usize, End),
    Question(Question),
    Sent(Sent),
    Answered(Answered),
    /// A record became durable.
    Recorded(Box<AuditEntry>),
    /// The ledger took in that a recommendation was shown in a conversation.
    Exposed {
        conversation: String,
        id: String,
    },
    /// The cache took in an answer to a session that shows these recommendations.
    Cached {
        session: String,
        ids: Vec<String>,
    },
    /// A switch was turned, and the store holds it.
    Switched(SwitchChange),
    /// Something that explains the rest, and that nobody judges.
    Remark(String),
}

/// A request arrived at a process.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) request: usize,
    pub(crate) process: usize,
    /// What the process calls the request.
    pub(crate) id: String,
    pub(crate) conversation: String,
    /// When its answer is due.
    pub(crate) deadline: Duration,
}

/// What a request came to.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Answer(Reply),
    Invalid,
    Source(SourceErrorKind),
    NoRecord,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) request_id: String,
    pub(crate) conversation: String,
    pub(crate) cache: CacheInfo,
    pub(crate) degraded: Option<DegradedReason>,
    pub(crate) empty: Option<EmptyReason>,
    pub(crate) shown: Vec<Shown>,
    /// What failed, as told to the operator.
    pub(crate) cause: Option<SourceErrorKind>,
}

/// A recommendation as shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) id: String,
    /// Which of the upstream's answers brought it, as its text says.
    pub(crate) serial: Option<u32>,
}

/// A source was asked; all that is sent for it bears its number.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) number: usize,
    pub(crate) process: usize,
    pub(crate) conversation: String,
    /// Whether nobody waits.
    pub(crate) background: bool,
    /// Whether a fallback was asked.
    pub(crate) fallback: bool,
    pub(crate) deadline: Duration,
}

/// A request left for the upstream.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) number: usize,
    pub(crate) process: usize,
    /// For which question, if for any.
    pub(crate) question: Option<usize>,
    /// Method and address.
    pub(crate) target: String,
    /// With which token; `None` for a request for one.
    pub(crate) token: Option<String>,
    pub(crate) deadline: Duration,
}

/// The transport gave an answer, or told of a failure.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// To which of the requests sent.
    pub(crate) sent: usize,
    /// The status, also of an answer whose body did not come.
    pub(crate) status: Option<u16>,
    /// What marks its content, if it brought any.
    pub(crate) serial: Option<u32>,
    /// How long nothing may be sent with the same token.
    pub(crate) closes: Option<Duration>,
}

impl Trace {
    /// An empty trace; the run begins now.
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            moments: Mutex::default(),
        }
    }

    /// `event` happens now.
    pub(crate) fn note(&self, event: Event) {
        let at = self.began.elapsed();
        self.moments.lock().unwrap().push(Moment { at, event });
    }

    /// Something that explains the rest happens now.
    pub(crate) fn remark(&self, text: impl Into<String>) {
        self.note(Event::Remark(text.into()));
    }

    /// When `instant` is.
    pub(crate) fn time_of(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.began)
    }

    /// What has happened so far.
    pub(crate) fn moments(&self) -> Vec<Moment> {
        self.moments.lock().unwrap().clone()
    }
}

/// The time since the beginning of the run that a record bears.
pub(crate) fn time_of_record(entry: &AuditEntry) -> Duration {
    entry.at.since(START).unwrap_or_default()
}

/// The time since the beginning of the run at which a switch turns by itself.
pub(crate) fn time_of_return(until: Timestamp) -> Duration {
    until.since(START).unwrap_or_default()
}

impl Clock for Trace {
    fn now(&self) -> Timestamp {
        START.plus(self.began.elapsed())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>14.6} ", self.at.as_secs_f64())?;
        match &self.event {
            Event::Recorded(entry) => write!(f, "Recorded {}", entry.to_canonical()),
            Event::Remark(text) => f.write_str(text),
            event => write!(f, "{event:?}"),
        }
    }
}
