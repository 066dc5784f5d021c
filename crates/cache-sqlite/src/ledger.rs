//! The engagement ledger: events as they were told, and beside them one row an item, by which they are
//! counted.

use agent_assist_domain::adoption::progress::LATEST_US;
use agent_assist_domain::adoption::{
    By, EngagementEvent, EngagementKind, Exposure, Group, GroupTally, Item, ItemKey, LedgerScope,
    Progress, Recorded, Tally,
};
use agent_assist_domain::ports::{EngagementLedger, StoreError, StoreErrorKind};
use agent_assist_domain::recommendation::{Kind, Origin};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::failed;
use crate::exposures;
use crate::sql::engagement as sql;
use crate::store::SqliteStore;

const RECORD: &str = "record engagement";
const LOOK_UP: &str = "look up a recommendation";
const COUNT: &str = "count engagement";

#[async_trait]
impl EngagementLedger for SqliteStore {
    async fn expose(&self, exposures: Vec<Exposure>) -> Result<(), StoreError> {
        exposures::keep(self, exposures).await
    }

    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        let mut transaction = self.begin(RECORD).await?;
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            let answer = record(&mut transaction, event).await;
            answers.push(answer.map_err(failed(RECORD))?);
        }
        transaction.commit().await.map_err(failed(RECORD))?;
        Ok(answers)
    }

    async fn item(&self, item: &ItemKey) -> Result<Option<Item>, StoreError> {
        let mut reader = self.reader(LOOK_UP).await?;
        let row: Option<ItemRow> = sqlx::query_as(sql::ITEM)
            .bind(&item.tenant)
            .bind(&item.conversation_id)
            .bind(&item.recommendation_id)
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(LOOK_UP))?;
        reader.done();
        row.map(|row| row.of(item))
            .transpose()
            .map_err(|word| StoreError::new(StoreErrorKind::Corrupt, LOOK_UP).because(word))
    }

    async fn tallies(
        &self,
        scope: &LedgerScope,
        by: Option<By>,
    ) -> Result<Vec<GroupTally>, StoreError> {
        let statements = statements(by);
        let statement = match scope.conversation_id {
            None => statements.of_all,
            Some(_) => statements.of_conversation,
        };
        let ignored_before = scope.now.as_micros().saturating_sub(LATEST_US);
        let mut query = sqlx::query(statement)
            .bind(&scope.tenant)
            .bind(scope.since.map_or(i64::MIN, Timestamp::as_micros))
            .bind(scope.until.map_or(i64::MAX, Timestamp::as_micros))
            .bind(ignored_before);
        if let Some(conversation_id) = &scope.conversation_id {
            query = query.bind(conversation_id);
        }
        let mut reader = self.reader(COUNT).await?;
        let tallies = query
            .try_map(|row| tally(&row, by))
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(COUNT))?;
        reader.done();
        Ok(tallies)
    }
}

fn statements(by: Option<By>) -> sql::Tallies {
    match by {
        Some(By::Hour) => sql::TALLIES_BY_HOUR,
        Some(By::Day) => sql::TALLIES_BY_DAY,
        Some(By::Queue) => sql::TALLIES_BY_QUEUE,
        Some(By::Article) => sql::TALLIES_BY_ARTICLE,
        Some(By::Agent) => sql::TALLIES_BY_AGENT,
        Some(By::Kind) => sql::TALLIES_BY_KIND,
        Some(By::Origin) => sql::TALLIES_BY_ORIGIN,
        None | Some(_) => sql::TALLIES,
    }
}

async fn record(
    connection: &mut SqliteConnection,
    event: &EngagementEvent,
) -> Result<Recorded, sqlx::Error> {
    let recorded = keep(&mut *connection, event).await?;
    if recorded == Recorded::New {
        advance(connection, event).await?;
    }
    Ok(recorded)
}

/// Keeps `event` if its identifier is new. Inside a transaction that holds the write lock, so that
/// what it is compared with is what stood in its way.
async fn keep(
    connection: &mut SqliteConnection,
    event: &EngagementEvent,
) -> Result<Recorded, sqlx::Error> {
    let done = sqlx::query(sql::RECORD)
        .bind(&event.item.tenant)
        .bind(&event.event_id)
        .bind(&event.item.conversation_id)
        .bind(&event.item.recommendation_id)
        .bind(event.kind.as_str())
        .bind(&event.session_id)
        .bind(&event.agent_id)
        .bind(event.at.as_micros())
        .bind(event.client_at.map(Timestamp::as_micros))
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() > 0 {
        return Ok(Recorded::New);
    }
    let is_same: bool = sqlx::query_scalar(sql::IS_SAME)
        .bind(&event.item.tenant)
        .bind(&event.event_id)
        .bind(&event.item.conversation_id)
        .bind(&event.item.recommendation_id)
        .bind(event.kind.as_str())
        .fetch_one(connection)
        .await?;
    Ok(if is_same {
        Recorded::Replay
    } else {
        Recorded::Conflict
    })
}

/// Takes note of `event` in the row of its item.
async fn advance(
    connection: &mut SqliteConnection,
    event: &EngagementEvent,
) -> Result<(), sqlx::Error> {
    let kind = event.kind;
    let positive = match kind {
        EngagementKind::RatedPositive => Some(true),
        EngagementKind::RatedNegative => Some(false),
        _ => None,
    };
    let shown_to = event.agent_id.as_ref();
    sqlx::query(sql::ADVANCE)
        .bind(&event.item.tenant)
        .bind(&event.item.conversation_id)
        .bind(&event.item.recommendation_id)
        .bind(event.at.as_micros())
        .bind(kind == EngagementKind::Opened)
        .bind(kind.is_adoption())
        .bind(kind == EngagementKind::Dismissed)
        .bind(positive)
        .bind(shown_to.filter(|_| kind == EngagementKind::Displayed))
        .execute(connection)
        .await
        .map(drop)
}

/// The row of an item that was given out.
#[derive(sqlx::FromRow)]
struct ItemRow {
    emitted_us: i64,
    session_id: String,
    emitted_to: Option<String>,
    queue_id: Option<String>,
    trigger_id: String,
    kind: String,
    origin: String,
    stale: bool,
    document_id: Option<String>,
    displayed_to: Option<String>,
    displayed_us: Option<i64>,
    opened_us: Option<i64>,
    adopted_us: Option<i64>,
    dismissed_us: Option<i64>,
    rated_us: Option<i64>,
    rated_positive: Option<bool>,
}

/// A word in a row that this version does not know.
#[derive(Debug, thiserror::Error)]
#[error("{0} is a word that this version does not know")]
struct UnknownWord(&'static str);

impl ItemRow {
    fn of(self, item: &ItemKey) -> Result<Item, UnknownWord> {
        let progress = self.progress();
        Ok(Item {
            exposure: Exposure {
                item: item.clone(),
                session_id: self.session_id,
                agent_id: self.emitted_to,
                queue_id: self.queue_id,
                trigger_id: self.trigger_id,
                kind: Kind::from_name(&self.kind).ok_or(UnknownWord("kind"))?,
                origin: Origin::from_name(&self.origin).ok_or(UnknownWord("origin"))?,
                stale: self.stale,
                document_id: self.document_id,
                at: Timestamp::from_micros(self.emitted_us),
            },
            displayed_to: self.displayed_to,
            progress,
        })
    }

    /// By the kinds that a row tells apart: that it was copied and that it was used are one.
    fn progress(&self) -> Progress {
        let rating = match self.rated_positive {
            Some(true) => EngagementKind::RatedPositive,
            _ => EngagementKind::RatedNegative,
        };
        let told = [
            (EngagementKind::Emitted, Some(self.emitted_us)),
            (EngagementKind::Displayed, self.displayed_us),
            (EngagementKind::Opened, self.opened_us),
            (EngagementKind::Used, self.adopted_us),
            (EngagementKind::Dismissed, self.dismissed_us),
            (rating, self.rated_us),
        ];
        let told = told.into_iter();
        Progress::of(told.filter_map(|(kind, at)| Some((kind, Timestamp::from_micros(at?)))))
    }
}

fn tally(row: &SqliteRow, by: Option<By>) -> Result<GroupTally, sqlx::Error> {
    let count = |column: &str| row.try_get::<u64, _>(column);
    let group = match by {
        None => Group::All,
        Some(By::Hour | By::Day) => Group::From(Timestamp::from_micros(row.try_get("grouped")?)),
        Some(_) => {
            let name: Option<String> = row.try_get("grouped")?;
            name.map_or(Group::Unknown, Group::Named)
        }
    };
    Ok(GroupTally {
        group,
        conversation_id: row.try_get("conversation_id")?,
        tally: Tally {
            emitted: count("emitted")?,
            displayed: count("displayed")?,
            opened: count("opened")?,
            adopted: count("adopted")?,
            dismissed: count("dismissed")?,
            ignored: count("ignored")?,
            rated: count("rated")?,
            helpful: count("helpful")?,
            triggers_displayed: count("triggers_displayed")?,
            triggers_adopted: count("triggers_adopted")?,
        },
    })
}
