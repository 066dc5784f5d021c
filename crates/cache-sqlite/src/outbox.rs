//! The outbox.

use agent_assist_domain::outbox::{
    DeadItem, Enqueued, Held, LeaseTerms, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};
use agent_assist_domain::ports::{Outbox, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use crate::error::failed;
use crate::sql::outbox as sql;
use crate::store::SqliteStore;

const ENQUEUE: &str = "keep items for delivery";
const LEASE: &str = "lease items to deliver";
const SETTLE: &str = "settle deliveries";
const HOLD: &str = "hold a destination";
const RESUME: &str = "resume a destination";
const DEAD: &str = "look up what was given up";
const REDRIVE: &str = "redrive what was given up";
const STANDING: &str = "look up how a destination stands";

#[derive(sqlx::FromRow)]
struct DueRow {
    position: i64,
    id: String,
    lane: String,
    at_us: i64,
    body: String,
    attempts: i64,
    lease: i64,
    leased: bool,
}

#[derive(sqlx::FromRow)]
struct DeadRow {
    position: i64,
    id: String,
    lane: String,
    at_us: i64,
    body: String,
    attempts: i64,
    why: String,
    died_at_us: i64,
}

#[derive(Default, sqlx::FromRow)]
struct DestinationRow {
    cursor: Option<i64>,
    failing_since_us: Option<i64>,
    held_since_us: Option<i64>,
    held_why: Option<String>,
}

#[async_trait]
impl Outbox for SqliteStore {
    async fn enqueue(
        &self,
        destination: &str,
        items: &[OutboxItem],
        taken: Option<Taken>,
    ) -> Result<Enqueued, StoreError> {
        let mut transaction = self.begin(ENQUEUE).await?;
        let enqueued = enqueue(&mut transaction, destination, items, taken)
            .await
            .map_err(failed(ENQUEUE))?;
        if let Enqueued::Kept(_) = enqueued {
            transaction.commit().await.map_err(failed(ENQUEUE))?;
        }
        Ok(enqueued)
    }

    async fn lease(&self, destination: &str, terms: LeaseTerms) -> Result<Vec<Leased>, StoreError> {
        // Whoever has nothing to deliver, which is the rule, does not stand in line to write.
        let mut reader = self.reader(LEASE).await?;
        let is_idle = due(&mut reader, destination, terms)
            .await
            .map_err(failed(LEASE))?
            .is_empty();
        reader.done();
        if is_idle {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin(LEASE).await?;
        let leased = lease(&mut transaction, destination, terms)
            .await
            .map_err(failed(LEASE))?;
        transaction.commit().await.map_err(failed(LEASE))?;
        Ok(leased)
    }

    async fn settle(
        &self,
        destination: &str,
        now: Timestamp,
        outcomes: &[(Ticket, Outcome)],
    ) -> Result<Vec<bool>, StoreError> {
        let mut transaction = self.begin(SETTLE).await?;
        let mut counted = Vec::with_capacity(outcomes.len());
        for (ticket, outcome) in outcomes {
            let counts = settle(&mut transaction, destination, now, *ticket, outcome).await;
            counted.push(counts.map_err(failed(SETTLE))?);
        }
        transaction.commit().await.map_err(failed(SETTLE))?;
        Ok(counted)
    }

    async fn hold(&self, destination: &str, now: Timestamp, why: &str) -> Result<bool, StoreError> {
        let mut transaction = self.begin(HOLD).await?;
        let done = async {
            know(&mut transaction, destination).await?;
            let held = sqlx::query(sql::HOLD)
                .bind(destination)
                .bind(now.as_micros())
                .bind(why);
            held.execute(&mut *transaction).await
        };
        let done = done.await.map_err(failed(HOLD))?;
        transaction.commit().await.map_err(failed(HOLD))?;
        Ok(done.rows_affected() > 0)
    }

    async fn resume(&self, destination: &str) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::RESUME).bind(destination.to_owned());
        Ok(self.change(RESUME, query).await? > 0)
    }

    async fn dead(
        &self,
        destination: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadItem>, StoreError> {
        let mut reader = self.reader(DEAD).await?;
        let rows: Vec<DeadRow> = sqlx::query_as(sql::DEAD_PAGE)
            .bind(destination)
            .bind(whole(after))
            .bind(limit)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(DEAD))?;
        reader.done();
        Ok(rows.into_iter().map(DeadItem::from).collect())
    }

    async fn redrive(
        &self,
        destination: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        if ids.is_empty() {
            let query = sqlx::query(sql::REDRIVE_ALL)
                .bind(destination.to_owned())
                .bind(now.as_micros());
            return self.change(REDRIVE, query).await;
        }
        let mut transaction = self.begin(REDRIVE).await?;
        let mut redriven = 0;
        for id in ids {
            let done = sqlx::query(sql::REDRIVE)
                .bind(destination)
                .bind(id)
                .bind(now.as_micros())
                .execute(&mut *transaction)
                .await
                .map_err(failed(REDRIVE))?;
            redriven += done.rows_affected();
        }
        transaction.commit().await.map_err(failed(REDRIVE))?;
        Ok(redriven)
    }

    async fn standing(&self, destination: &str) -> Result<Standing, StoreError> {
        // One reading transaction, so that the numbers belong together.
        let mut reader = self.reader(STANDING).await?;
        let mut snapshot = reader.begin().await.map_err(failed(STANDING))?;
        let standing = standing(&mut snapshot, destination)
            .await
            .map_err(failed(STANDING))?;
        drop(snapshot);
        reader.done();
        Ok(standing)
    }
}

async fn know(connection: &mut SqliteConnection, destination: &str) -> Result<(), sqlx::Error> {
    let query = sqlx::query(sql::KNOW).bind(destination);
    query.execute(connection).await.map(|_| ())
}

async fn enqueue(
    connection: &mut SqliteConnection,
    destination: &str,
    items: &[OutboxItem],
    taken: Option<Taken>,
) -> Result<Enqueued, sqlx::Error> {
    know(connection, destination).await?;
    if let Some(taken) = taken {
        let moved = sqlx::query(sql::MOVE_CURSOR)
            .bind(destination)
            .bind(taken.after.map(whole))
            .bind(whole(taken.upto))
            .execute(&mut *connection)
            .await?;
        if moved.rows_affected() == 0 {
            let row = destination_row(connection, destination).await?;
            return Ok(Enqueued::Overtaken(row.cursor.map(natural)));
        }
    }
    let mut kept = 0;
    for item in items {
        let done = sqlx::query(sql::ENQUEUE)
            .bind(destination)
            .bind(&item.id)
            .bind(&item.lane)
            .bind(item.at.as_micros())
            .bind(&item.body)
            .execute(&mut *connection)
            .await?;
        kept += u32::from(done.rows_affected() > 0);
    }
    Ok(Enqueued::Kept(kept))
}

async fn due(
    connection: &mut SqliteConnection,
    destination: &str,
    terms: LeaseTerms,
) -> Result<Vec<DueRow>, sqlx::Error> {
    if destination_row(connection, destination)
        .await?
        .held_since_us
        .is_some()
    {
        return Ok(Vec::new());
    }
    sqlx::query_as(sql::DUE)
        .bind(destination)
        .bind(terms.now.as_micros())
        .bind(terms.limit)
        .fetch_all(connection)
        .await
}

async fn lease(
    connection: &mut SqliteConnection,
    destination: &str,
    terms: LeaseTerms,
) -> Result<Vec<Leased>, sqlx::Error> {
    let rows = due(connection, destination, terms).await?;
    let mut leased = Vec::with_capacity(rows.len());
    for row in rows {
        sqlx::query(sql::LEASE)
            .bind(row.position)
            .bind(terms.until.as_micros())
            .execute(&mut *connection)
            .await?;
        leased.push(Leased {
            ticket: Ticket {
                position: natural(row.position),
                lease: natural(row.lease) + 1,
            },
            item: OutboxItem {
                id: row.id,
                lane: row.lane,
                at: Timestamp::from_micros(row.at_us),
                body: row.body,
            },
            attempts: count(row.attempts),
            unsettled: row.leased,
        });
    }
    Ok(leased)
}

async fn settle(
    connection: &mut SqliteConnection,
    destination: &str,
    now: Timestamp,
    ticket: Ticket,
    outcome: &Outcome,
) -> Result<bool, sqlx::Error> {
    let statement = match outcome {
        Outcome::Delivered => sql::DELIVERED,
        Outcome::Retry { .. } => sql::RETRY,
        Outcome::Dead { .. } => sql::DEAD,
        Outcome::Returned => sql::RETURNED,
    };
    let query = sqlx::query(statement)
        .bind(destination)
        .bind(whole(ticket.position))
        .bind(whole(ticket.lease));
    let query = match outcome {
        Outcome::Delivered => query,
        Outcome::Retry { at, why } => query.bind(at.as_micros()).bind(why),
        Outcome::Dead { why } => query.bind(now.as_micros()).bind(why),
        Outcome::Returned => query.bind(now.as_micros()),
    };
    let counts = query.execute(&mut *connection).await?.rows_affected() > 0;
    match outcome {
        Outcome::Delivered if counts => {
            let query = sqlx::query(sql::NOT_FAILING).bind(destination);
            query.execute(connection).await?;
        }
        Outcome::Retry { .. } if counts => {
            let query = sqlx::query(sql::FAILING).bind(destination);
            query.bind(now.as_micros()).execute(connection).await?;
        }
        _ => {}
    }
    Ok(counts)
}

async fn destination_row(
    connection: &mut SqliteConnection,
    destination: &str,
) -> Result<DestinationRow, sqlx::Error> {
    let row: Option<DestinationRow> = sqlx::query_as(sql::DESTINATION)
        .bind(destination)
        .fetch_optional(connection)
        .await?;
    Ok(row.unwrap_or_default())
}

async fn standing(
    connection: &mut SqliteConnection,
    destination: &str,
) -> Result<Standing, sqlx::Error> {
    let row = destination_row(connection, destination).await?;
    let (waiting, oldest): (i64, Option<i64>) = sqlx::query_as(sql::WAITING)
        .bind(destination)
        .fetch_one(&mut *connection)
        .await?;
    let next_due: Option<i64> = sqlx::query_scalar(sql::NEXT_DUE)
        .bind(destination)
        .fetch_one(&mut *connection)
        .await?;
    let dead: i64 = sqlx::query_scalar(sql::COUNT_DEAD)
        .bind(destination)
        .fetch_one(connection)
        .await?;
    let held = row.held_since_us.zip(row.held_why);
    Ok(Standing {
        waiting: natural(waiting),
        dead: natural(dead),
        oldest: oldest.map(Timestamp::from_micros),
        next_due: next_due.map(Timestamp::from_micros),
        cursor: row.cursor.map(natural),
        failing_since: row.failing_since_us.map(Timestamp::from_micros),
        held: held.map(|(since, why)| Held {
            since: Timestamp::from_micros(since),
            why,
        }),
    })
}

impl From<DeadRow> for DeadItem {
    fn from(row: DeadRow) -> Self {
        Self {
            position: natural(row.position),
            item: OutboxItem {
                id: row.id,
                lane: row.lane,
                at: Timestamp::from_micros(row.at_us),
                body: row.body,
            },
            attempts: count(row.attempts),
            why: row.why,
            died_at: Timestamp::from_micros(row.died_at_us),
        }
    }
}

/// SQLite counts with a sign. Nothing here comes near it.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
