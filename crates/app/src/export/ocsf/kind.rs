//! Which class, activity, status and severity an event of ours has: the table of `docs/AUDIT.md`.

use agent_assist_domain::audit::{AuditEvent, AuditRecord};

use super::unmapped::Switch;

/// A class of OCSF and its category.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    pub(super) uid: u32,
    pub(super) name: &'static str,
    pub(super) category_uid: u32,
    pub(super) category_name: &'static str,
}

const API_ACTIVITY: Class = Class {
    uid: 6003,
    name: "API Activity",
    category_uid: 6,
    category_name: "Application Activity",
};

const DATA_SECURITY_FINDING: Class = Class {
    uid: 2006,
    name: "Data Security Finding",
    category_uid: 2,
    category_name: "Findings",
};

impl Class {
    /// Whether events of it are findings.
    pub(super) fn is_finding(self) -> bool {
        self.uid == DATA_SECURITY_FINDING.uid
    }
}

/// What was done; without a name the schema has none, and the event's own stands for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Activity {
    pub(super) id: u32,
    pub(super) name: Option<&'static str>,
}

const CREATE: Activity = activity(1, "Create");
const READ: Activity = activity(2, "Read");
const UPDATE: Activity = activity(3, "Update");
const DELETE: Activity = activity(4, "Delete");
const OTHER: Activity = Activity { id: 99, name: None };

const fn activity(id: u32, name: &'static str) -> Activity {
    Activity {
        id,
        name: Some(name),
    }
}

/// Number and caption, as the schema pairs them.
type Level = (u32, &'static str);

const UNKNOWN: Level = (0, "Unknown");

const INFORMATIONAL: Level = (1, "Informational");
const LOW: Level = (2, "Low");
const MEDIUM: Level = (3, "Medium");
const HIGH: Level = (4, "High");

const SUCCESS: Level = (1, "Success");
const FAILURE: Level = (2, "Failure");
/// Of findings.
const NEW: Level = (1, "New");
/// No word of the schema.
const WITHHELD: Level = (99, "Withheld");

/// What an event is in the words of OCSF.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) class: Class,
    pub(super) activity: Activity,
    pub(super) severity: Level,
    pub(super) status: Level,
    pub(super) operation: &'static str,
    /// What happened, in words.
    says: &'static str,
    /// Whether the program acted by itself, whoever had asked before.
    pub(super) by_nobody: bool,
}

impl Kind {
    /// Of the event of this name. One of a newer version is passed on as it is.
    pub(super) fn of(event: &str, switch: Option<&Switch<'_>>) -> Self {
        match AuditEvent::from_name(event) {
            Some(AuditEvent::FetchInitiated) => fetch(
                INFORMATIONAL,
                UNKNOWN,
                "Recommendations are about to be fetched",
            ),
            Some(AuditEvent::FetchHit) => fetch(
                INFORMATIONAL,
                SUCCESS,
                "Recommendations given from the cache",
            ),
            Some(AuditEvent::FetchCompleted) => {
                fetch(INFORMATIONAL, SUCCESS, "Recommendations fetched")
            }
            Some(AuditEvent::FetchFailed) => {
                fetch(MEDIUM, FAILURE, "Recommendations could not be fetched")
            }
            Some(AuditEvent::FetchRefused) => fetch(
                LOW,
                FAILURE,
                "Request refused, for it breaks the payload rules",
            ),
            Some(AuditEvent::FetchWithheld) => fetch(
                INFORMATIONAL,
                WITHHELD,
                "Nothing shown, for assist is off or the caller's key not for the queue",
            ),
            Some(AuditEvent::RefreshInitiated) => refresh(
                INFORMATIONAL,
                UNKNOWN,
                "Remembered answer is about to be refreshed",
            ),
            Some(AuditEvent::RefreshCompleted) => {
                refresh(INFORMATIONAL, SUCCESS, "Remembered answer refreshed")
            }
            Some(AuditEvent::RefreshFailed) => {
                refresh(LOW, FAILURE, "Remembered answer could not be refreshed")
            }
            Some(AuditEvent::RecommendationAdopted) => Self {
                activity: CREATE,
                operation: "assist.adopt",
                ..fetch(INFORMATIONAL, SUCCESS, "Recommendation used by an agent")
            },
            Some(AuditEvent::RecommendationEngaged) => Self {
                activity: CREATE,
                operation: "assist.engage",
                ..fetch(
                    INFORMATIONAL,
                    SUCCESS,
                    "Recommendations seen or judged by an agent",
                )
            },
            Some(AuditEvent::AdoptionRefused) => Self {
                activity: CREATE,
                operation: "assist.adopt",
                ..fetch(
                    LOW,
                    FAILURE,
                    "What was told of a recommendation was refused",
                )
            },
            Some(AuditEvent::ForwardInitiated) => forward(
                INFORMATIONAL,
                UNKNOWN,
                "Upstream is about to be told of an engagement",
            ),
            Some(AuditEvent::ForwardCompleted) => {
                forward(INFORMATIONAL, SUCCESS, "Upstream told of an engagement")
            }
            Some(AuditEvent::ForwardFailed) => forward(
                LOW,
                FAILURE,
                "Upstream did not acknowledge what it was told of an engagement",
            ),
            Some(AuditEvent::AssistSwitched) => {
                let by_itself = switch.is_some_and(|switch| switch.cause != "operator");
                Self {
                    activity: UPDATE,
                    // Recorded before it takes effect.
                    status: UNKNOWN,
                    severity: if by_itself { MEDIUM } else { LOW },
                    operation: "assist.switch",
                    by_nobody: by_itself,
                    ..fetch(LOW, UNKNOWN, says_of(switch))
                }
            }
            Some(AuditEvent::SwitchRefused) => Self {
                activity: UPDATE,
                operation: "assist.switch",
                ..fetch(
                    LOW,
                    FAILURE,
                    "Order to switch assist refused, for it breaks the payload rules",
                )
            },
            Some(AuditEvent::OutcomeUnknown) => Self {
                by_nobody: true,
                ..fetch(
                    MEDIUM,
                    UNKNOWN,
                    "Program ended before what it had announced; the outcome is unknown",
                )
            },
            Some(AuditEvent::LogUnwritten) => Self {
                activity: CREATE,
                operation: "assist.audit",
                by_nobody: true,
                ..fetch(
                    HIGH,
                    FAILURE,
                    "Records could not be written, and their requests were refused",
                )
            },
            Some(AuditEvent::EgressStopped) => Self {
                class: DATA_SECURITY_FINDING,
                activity: CREATE,
                by_nobody: true,
                ..fetch(HIGH, NEW, "Personal data stopped on its way out")
            },
            Some(AuditEvent::AuditRead) => Self {
                operation: "assist.audit",
                ..fetch(INFORMATIONAL, SUCCESS, "Audit log read")
            },
            Some(AuditEvent::AuditArchived) => Self {
                activity: UPDATE,
                operation: "audit.archive",
                by_nobody: true,
                ..fetch(
                    INFORMATIONAL,
                    SUCCESS,
                    "Old audit records moved into an archive",
                )
            },
            Some(AuditEvent::AuditArchiveDeleted) => Self {
                activity: DELETE,
                operation: "audit.delete_archive",
                by_nobody: true,
                ..fetch(
                    LOW,
                    UNKNOWN,
                    "Archive of audit records deleted, past its time",
                )
            },
            Some(AuditEvent::AuditHeld) => Self {
                activity: CREATE,
                operation: "audit.hold",
                ..fetch(LOW, UNKNOWN, "Legal hold ordered on audit records")
            },
            Some(AuditEvent::AuditHoldReleased) => Self {
                activity: DELETE,
                operation: "audit.release_hold",
                ..fetch(LOW, UNKNOWN, "Legal hold on audit records ordered to end")
            },
            Some(AuditEvent::AuditKeyChanged) => Self {
                activity: UPDATE,
                operation: "audit.change_key",
                ..fetch(
                    LOW,
                    UNKNOWN,
                    "Another key signs the checkpoints of the audit log",
                )
            },
            Some(AuditEvent::Erased) => Self {
                activity: DELETE,
                operation: "assist.erase",
                // The intent is recorded as well; which it is stands in the entry.
                ..fetch(LOW, UNKNOWN, "Keys destroyed, or about to be")
            },
            Some(AuditEvent::AccessDenied) => Self {
                operation: "assist.access",
                ..fetch(MEDIUM, FAILURE, "Caller denied what its key is not for")
            },
            Some(AuditEvent::KeyCreated) => admin(
                CREATE,
                "admin.create_key",
                "Key for the daemon's callers ordered",
            ),
            Some(AuditEvent::KeyRevoked) => admin(
                DELETE,
                "admin.revoke_key",
                "Key for the daemon's callers ordered to end",
            ),
            Some(AuditEvent::ConfigReloaded) => {
                admin(UPDATE, "admin.reload", "Settings ordered to be read anew")
            }
            Some(AuditEvent::DaemonOperated) => admin(
                UPDATE,
                "admin.operate",
                "Daemon ordered to drain, to come back, or to log more or less",
            ),
            _ => Self {
                activity: OTHER,
                operation: "assist.other",
                ..fetch(UNKNOWN, UNKNOWN, "An event that this version does not know")
            },
        }
    }

    /// What happened, in one line.
    pub(super) fn message(&self, record: &AuditRecord) -> String {
        match record.columns.total_returned {
            // Of a refresh nobody has seen anything yet.
            Some(kept) if self.by_nobody => format!("{}: {kept} kept", self.says),
            Some(shown) => format!("{}: {shown} shown", self.says),
            None => self.says.to_owned(),
        }
    }
}

fn says_of(switch: Option<&Switch<'_>>) -> &'static str {
    match switch.map(|switch| &*switch.to) {
        Some("off") => "Assist ordered off",
        Some("on") => "Assist ordered on",
        _ => "Assist switched",
    }
}

fn fetch(severity: Level, status: Level, says: &'static str) -> Kind {
    Kind {
        class: API_ACTIVITY,
        activity: READ,
        severity,
        status,
        operation: "assist.fetch",
        says,
        by_nobody: false,
    }
}

/// Recorded before it takes effect.
fn admin(activity: Activity, operation: &'static str, says: &'static str) -> Kind {
    Kind {
        activity,
        operation,
        ..fetch(LOW, UNKNOWN, says)
    }
}

fn refresh(severity: Level, status: Level, says: &'static str) -> Kind {
    Kind {
        operation: "assist.refresh",
        by_nobody: true,
        ..fetch(severity, status, says)
    }
}

fn forward(severity: Level, status: Level, says: &'static str) -> Kind {
    Kind {
        activity: UPDATE,
        operation: "assist.forward",
        by_nobody: true,
        ..fetch(severity, status, says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_row_of_its_own() {
        for event in AuditEvent::ALL {
            let kind = Kind::of(event.as_str(), None);
            assert_ne!(kind.activity.id, OTHER.id, "{event:?} has none");
        }
        assert_eq!(Kind::of("assist_of_tomorrow", None).activity.id, OTHER.id);
    }
}
