//! The checks that ask the upstream: connection, clock, token, permission, knowledge sources, one
//! conversation.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{FetchRequest, RawField, RawRequest};
use agent_assist_domain::ports::{
    RecommendationSource as _, SourceError, SourceErrorKind, SourceQuery,
};
use agent_assist_domain::time::Deadline;
use tokio::time::Instant;

use super::{Check, Complaint, Status, agents_check};
use crate::capacity;
use crate::error::Chain;
use crate::settings::Settings;
use crate::wire::{self, ENGAGEMENT_PERMISSION, GenesysSource, Probe};

/// A clock this far off is told; audit records are dated by it.
const SKEW_WORTH_TELLING: u64 = 5;
/// A clock this far off makes records useless beside the platform's.
const SKEW_TOO_FAR: u64 = 60;
/// Longest wait for one question; a diagnosis may take longer than an agent would wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// A conversation that nobody has, to try the permission with.
const NOBODYS_CONVERSATION: &str = "00000000-0000-4000-8000-000000000000";

/// One visit to the upstream.
pub(super) struct Examination<'a> {
    settings: &'a Settings,
    complaint: &'a Complaint,
    source: &'a GenesysSource,
    probe: Probe,
}

impl<'a> Examination<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        complaint: &'a Complaint,
        source: &'a GenesysSource,
    ) -> Self {
        Self {
            settings,
            complaint,
            source,
            probe: source.probe(),
        }
    }

    pub(super) async fn run(&self, checks: &mut Vec<Check>) {
        let connection = self.connection().await;
        let connected = connection.status != Status::Failed;
        checks.push(connection);
        let token = match connected {
            true => self.token().await,
            false => Check::new("token", Status::Skipped, "the upstream cannot be reached"),
        };
        let granted = token.status == Status::Ok;
        checks.push(token);
        if !granted {
            checks.extend(agents_check(self.settings, self.complaint, None));
            return;
        }
        checks.push(self.permission().await);
        checks.push(self.forwarding());
        for id in &self.complaint.knowledge_sources {
            checks.push(self.knowledge_source(id).await);
        }
        if let Some(id) = &self.complaint.conversation_id {
            checks.push(self.conversation(id).await);
        }
        checks.extend(self.allowance());
        if self.complaint.agents.is_some() {
            let limits = self.probe.rate_limits(deadline()).await.ok();
            let limits = limits.map(|limits| capacity::Limits {
                token_per_minute: limits
                    .client_credentials_token_per_minute
                    .or(limits.token_per_minute)
                    .and_then(|limit| u32::try_from(limit).ok()),
                app_per_minute: limits
                    .org_app_user_per_minute
                    .and_then(|limit| u32::try_from(limit).ok()),
            });
            checks.extend(agents_check(self.settings, self.complaint, limits));
        }
    }

    /// Whether the upstream is told of engagements. Whether it may be cannot be tried without telling it of
    /// one.
    fn forwarding(&self) -> Check {
        const NAME: &str = "engagements";
        let wanted = self.settings.upstream.report_engagements;
        match (wanted, self.settings.tells_upstream()) {
            (false, _) => Check::ok(
                NAME,
                "the upstream is not told (upstream.report_engagements)",
            ),
            (true, true) => Check::ok(
                NAME,
                format!("the upstream is told; the role needs {ENGAGEMENT_PERMISSION}"),
            ),
            (true, false) => Check::new(
                NAME,
                Status::Warning,
                "the upstream is to be told, and the recommendations dialect has no way to",
            )
            .advise("unset upstream.report_engagements, or set dialect = suggestions"),
        }
    }

    /// What is left of the allowance of the token that was asked with, as far as its answers said.
    fn allowance(&self) -> Option<Check> {
        const NAME: &str = "allowance";
        let tokens = self.source.rate_budget();
        let budget = tokens.iter().max_by_key(|token| token.used)?;
        let finding = format!(
            "{} of {} requests a minute left to the token that was used",
            budget.remaining, budget.allowed_per_minute
        );
        let scarce = budget.remaining < budget.allowed_per_minute / 10;
        Some(match budget.closed_for {
            Some(closed) => Check::new(
                NAME,
                Status::Warning,
                format!(
                    "the upstream throttles: nothing is sent for {} s",
                    closed.as_secs() + 1
                ),
            )
            .advise("ask less often, or set upstream.token_pool"),
            None if scarce => Check::new(NAME, Status::Warning, finding).advise(
                "something else uses this token; give each program an OAuth client of its own",
            ),
            None => Check::ok(NAME, finding),
        })
    }

    /// DNS, TCP, TLS and the clock in one question.
    async fn connection(&self) -> Check {
        const NAME: &str = "connection, clock";
        match self.probe.clock_skew(deadline()).await {
            Ok(Some(skew)) => {
                let finding = format!(
                    "reached; the upstream's clock differs by {} s",
                    skew.seconds
                );
                let advice = "set this host's clock by NTP; audit records are dated by it";
                match skew.seconds.unsigned_abs() {
                    0..SKEW_WORTH_TELLING => Check::ok(NAME, finding),
                    SKEW_WORTH_TELLING..SKEW_TOO_FAR => {
                        Check::new(NAME, Status::Warning, finding).advise(advice)
                    }
                    _ => Check::failed(NAME, finding, advice),
                }
            }
            Ok(None) => Check::ok(NAME, "reached; the upstream does not tell the time"),
            Err(error) => Check::failed(
                NAME,
                Chain(&error).to_string(),
                "check region or --api-base, DNS, proxy (upstream.proxy) and certificates \
                 (upstream.extra_ca_file)",
            ),
        }
    }

    async fn token(&self) -> Check {
        match self.probe.token(deadline()).await {
            Ok(token) => {
                let owner = self.probe.token_owner(deadline()).await;
                // A static token is only known to work once it was used.
                if let Err(error) = &owner
                    && error.kind() == SourceErrorKind::Unauthenticated
                {
                    return self.token_refused(error);
                }
                let life = token.expires_in.map_or_else(
                    || "given, cannot be renewed".to_owned(),
                    |left| format!("granted for {} s", left.as_secs()),
                );
                let whose = owner
                    .ok()
                    .and_then(|owner| owner.organization.or(owner.oauth_client));
                Check::ok(
                    "token",
                    match whose {
                        Some(whose) => format!("{life}, of {whose}"),
                        None => life,
                    },
                )
            }
            Err(error) => self.token_refused(&error),
        }
    }

    fn token_refused(&self, error: &SourceError) -> Check {
        let advice = match error.kind() {
            SourceErrorKind::Unauthenticated | SourceErrorKind::Forbidden => {
                "check GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, and that \
                 the client lives in this region and is of the kind client credentials"
            }
            SourceErrorKind::RateLimited => "too many tokens were asked for; wait a minute",
            _ => "check the region or --login-base: tokens come from a host of their own",
        };
        Check::failed("token", Chain(error).to_string(), advice)
    }

    async fn permission(&self) -> Check {
        const NAME: &str = "permission";
        let id = self
            .complaint
            .conversation_id
            .as_deref()
            .unwrap_or(NOBODYS_CONVERSATION);
        let Some(request) = self.request(id) else {
            return Check::new(
                NAME,
                Status::Skipped,
                "the conversation's id breaks the rules",
            );
        };
        let right = match self.settings.dialect {
            Dialect::Recommendations => "the scope agentassist:recommendations:view",
            Dialect::Suggestions => "the permission conversation:suggestion:view",
        };
        match self
            .probe
            .reading(&SourceQuery::from(&request), deadline())
            .await
        {
            Ok(_) => Check::ok(NAME, format!("{right} is there")),
            Err(error) => match error.kind() {
                SourceErrorKind::NotFound if self.complaint.conversation_id.is_none() => {
                    Check::new(
                        NAME,
                        Status::Warning,
                        "cannot be told without a conversation",
                    )
                    .advise("name one with --conversation")
                }
                SourceErrorKind::NotFound => Check::failed(
                    NAME,
                    "the upstream knows neither this API nor this conversation",
                    "try --dialect suggestions, or another conversation",
                ),
                SourceErrorKind::Forbidden => Check::failed(
                    NAME,
                    Chain(&error).to_string(),
                    format!(
                        "give the OAuth client's role {right}, in the conversation's division; with \
                         scope enforcement on, the client needs the scope too"
                    ),
                ),
                _ => Check::failed(
                    NAME,
                    Chain(&error).to_string(),
                    "try again; then ask the vendor",
                ),
            },
        }
    }

    async fn knowledge_source(&self, id: &str) -> Check {
        const NAME: &str = "knowledge source";
        match self.probe.knowledge_base(id, deadline()).await {
            Ok(base) => {
                let name = base.name.unwrap_or_else(|| "unnamed".to_owned());
                match base.published {
                    Some(false) => Check::failed(
                        NAME,
                        format!("{id} ({name}) is not published"),
                        "publish it; agents see published articles only",
                    ),
                    Some(true) => Check::ok(NAME, format!("{id} ({name}) is published")),
                    None => Check::ok(NAME, format!("{id} ({name}) exists")),
                }
            }
            Err(error) if error.kind() == SourceErrorKind::NotFound => Check::failed(
                NAME,
                format!("{id} does not exist"),
                "copy the id from the knowledge workbench; ids differ between regions",
            ),
            Err(error) if error.kind() == SourceErrorKind::Forbidden => {
                Check::new(NAME, Status::Warning, format!("{id} cannot be looked up"))
                    .advise("the permission knowledge:knowledgebase:view would allow it")
            }
            Err(error) => Check::failed(
                NAME,
                Chain(&error).to_string(),
                "try again; then ask the vendor",
            ),
        }
    }

    /// Walks the whole way for one conversation, and says where its recommendations went.
    async fn conversation(&self, id: &str) -> Check {
        const NAME: &str = "conversation";
        let Some(request) = self.request(id) else {
            let advice = "give the id as the platform shows it: a UUID in the suggestions dialect";
            return Check::failed(NAME, "its id breaks the payload rules", advice);
        };
        let batch = match self
            .source
            .fetch(&SourceQuery::from(&request), deadline())
            .await
        {
            Ok(batch) => batch,
            Err(error) => {
                let advice = "see the checks above";
                return Check::failed(NAME, Chain(&error).to_string(), advice);
            }
        };
        let screening = match wire::screening(self.settings) {
            Ok(screening) => screening,
            Err(error) => {
                let advice = "see pii.policy_file";
                return Check::failed(NAME, Chain(&error).to_string(), advice);
            }
        };
        let screened = screening.screen(
            &batch,
            &request,
            self.settings.dialect,
            &self.settings.policy,
            None,
        );
        let report = screened.report();
        let told: Vec<String> = report
            .counts()
            .into_iter()
            .filter(|(name, count)| *count > 0 || name.starts_with("total"))
            .map(|(name, count)| format!("{} {count}", name.replace('_', " ")))
            .collect();
        let finding = told.join(", ");
        match screened.empty_reason() {
            None => Check::ok(NAME, finding),
            Some(reason) => Check::failed(
                NAME,
                format!(
                    "shows nothing: {} ({finding})",
                    reason.as_str().replace('_', " ")
                ),
                capacity::advice_on_empty(reason),
            ),
        }
    }

    fn request(&self, conversation_id: &str) -> Option<FetchRequest> {
        let sources = &self.complaint.knowledge_sources;
        // The recommendations dialect demands a source; a made-up one suits a made-up question.
        let made_up = [NOBODYS_CONVERSATION.to_owned()];
        let sources = match (self.settings.dialect, sources.as_slice()) {
            (Dialect::Recommendations, []) => &made_up[..],
            (_, sources) => sources,
        };
        let session = self
            .complaint
            .session_id
            .as_deref()
            .unwrap_or(conversation_id);
        RawRequest {
            conversation_id: RawField::text(Some(conversation_id)),
            session_id: RawField::text(Some(session)),
            knowledge_source_ids: sources.iter().cloned().map(RawField::Text).collect(),
            ..RawRequest::default()
        }
        .validate(self.settings.dialect)
        .ok()
    }
}

fn deadline() -> Deadline {
    Deadline::at((Instant::now() + PATIENCE).into_std())
}
