//! Statements on `engagement` and `engagement_item`.

/// Keeps an event unless its identifier is known. A conflict clause would not do: the trigger
/// against INSERT OR REPLACE fires before conflicts are looked for.
pub(crate) const RECORD: &str = "\
    INSERT INTO engagement (
        tenant, event_id, conversation_id, recommendation_id, kind, session_id, agent_id, at_us,
        client_at_us
    )
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    WHERE NOT EXISTS (SELECT 1 FROM engagement WHERE tenant = ?1 AND event_id = ?2)";

/// The same of an event that nobody has told a time of his own for, where triggers do not run: there a
/// conflict clause does, and nothing has to be looked up into a table of its own first.
pub(crate) const EMIT: &str = "\
    INSERT INTO engagement (
        tenant, event_id, conversation_id, recommendation_id, kind, session_id, agent_id, at_us
    )
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (tenant, event_id) DO NOTHING";

/// Whether the event of an identifier is of this conversation, recommendation and kind.
pub(crate) const IS_SAME: &str = "\
    SELECT conversation_id = ?3 AND recommendation_id = ?4 AND kind = ?5
    FROM engagement
    WHERE tenant = ?1 AND event_id = ?2";

/// Keeps what an exposure says of its item, unless an earlier one is known.
pub(crate) const EXPOSE: &str = "\
    INSERT INTO engagement_item (
        tenant, conversation_id, recommendation_id, emitted_us, emission_event_id, session_id,
        emitted_to, queue_id, trigger_id, kind, origin, stale, document_id
    )
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
    ON CONFLICT DO UPDATE SET
        emitted_us = excluded.emitted_us, emission_event_id = excluded.emission_event_id,
        session_id = excluded.session_id, emitted_to = excluded.emitted_to,
        queue_id = excluded.queue_id, trigger_id = excluded.trigger_id, kind = excluded.kind,
        origin = excluded.origin, stale = excluded.stale, document_id = excluded.document_id
    WHERE emitted_us IS NULL OR excluded.emitted_us < emitted_us";

/// Takes note of something that happened to an item at ?4, whichever came first: ?5 it was opened,
/// ?6 adopted, ?7 dismissed, ?8 rated and how (NULL: it was not), ?9 displayed to whom.
pub(crate) const ADVANCE: &str = "\
    INSERT INTO engagement_item (
        tenant, conversation_id, recommendation_id, displayed_us, opened_us, adopted_us,
        dismissed_us, rated_us, rated_positive, displayed_to, displayed_to_us
    )
    VALUES (
        ?1, ?2, ?3, ?4, iif(?5, ?4, NULL), iif(?6, ?4, NULL), iif(?7, ?4, NULL),
        iif(?8 IS NULL, NULL, ?4), ?8, ?9, iif(?9 IS NULL, NULL, ?4)
    )
    ON CONFLICT DO UPDATE SET
        displayed_us = min(coalesce(displayed_us, ?4), ?4),
        opened_us = iif(?5, min(coalesce(opened_us, ?4), ?4), opened_us),
        adopted_us = iif(?6, min(coalesce(adopted_us, ?4), ?4), adopted_us),
        dismissed_us = iif(?7, min(coalesce(dismissed_us, ?4), ?4), dismissed_us),
        rated_us = iif(
            ?8 IS NOT NULL AND (rated_us IS NULL OR (?4, ?8) > (rated_us, rated_positive)),
            ?4, rated_us
        ),
        rated_positive = iif(
            ?8 IS NOT NULL AND (rated_us IS NULL OR (?4, ?8) > (rated_us, rated_positive)),
            ?8, rated_positive
        ),
        displayed_to_us = iif(
            ?9 IS NOT NULL
                AND (displayed_to IS NULL OR (?4, ?9) < (displayed_to_us, displayed_to)),
            ?4, displayed_to_us
        ),
        displayed_to = iif(
            ?9 IS NOT NULL
                AND (displayed_to IS NULL OR (?4, ?9) < (displayed_to_us, displayed_to)),
            ?9, displayed_to
        )";

/// What is known of one item that was given out.
pub(crate) const ITEM: &str = "\
    SELECT emitted_us, session_id, emitted_to, queue_id, trigger_id, kind, origin, stale,
        document_id, displayed_to, displayed_us, opened_us, adopted_us, dismissed_us, rated_us, rated_positive
    FROM engagement_item
    WHERE tenant = ?1 AND conversation_id = ?2 AND recommendation_id = ?3
        AND emitted_us IS NOT NULL";

/// Counts items by conversation and group: those of ?1 emitted from ?2 on until before ?3; ignored are
/// those emitted before ?4.
macro_rules! tallies {
    ($group:literal, $emitted_us:literal, $scope:literal) => {
        concat!(
            "SELECT ",
            $group,
            " AS grouped, conversation_id,
                count(*) AS emitted,
                count(displayed_us) AS displayed,
                count(opened_us) AS opened,
                count(adopted_us) AS adopted,
                count(dismissed_us) AS dismissed,
                count(iif(
                    displayed_us IS NOT NULL AND emitted_us < ?4
                        AND coalesce(opened_us, adopted_us, dismissed_us, rated_us) IS NULL,
                    1, NULL
                )) AS ignored,
                count(rated_us) AS rated,
                coalesce(sum(rated_positive), 0) AS helpful,
                count(DISTINCT iif(displayed_us IS NULL, NULL, trigger_id)) AS triggers_displayed,
                count(DISTINCT iif(adopted_us IS NULL, NULL, trigger_id)) AS triggers_adopted
            FROM engagement_item
            WHERE tenant = ?1 AND ",
            $emitted_us,
            " >= ?2 AND ",
            $emitted_us,
            " < ?3 ",
            $scope,
            "GROUP BY grouped, conversation_id"
        )
    };
}

/// The counts of a stretch of time, and of one conversation (?5) in it.
#[derive(Clone, Copy)]
pub(crate) struct Tallies {
    pub(crate) of_all: &'static str,
    pub(crate) of_conversation: &'static str,
}

macro_rules! both {
    ($group:literal) => {
        Tallies {
            of_all: tallies!($group, "emitted_us", ""),
            // The plus keeps the index on time out of it: a conversation has few items.
            of_conversation: tallies!($group, "+emitted_us", "AND conversation_id = ?5 "),
        }
    };
}

pub(crate) const TALLIES: Tallies = both!("NULL");
pub(crate) const TALLIES_BY_HOUR: Tallies = both!("emitted_us - emitted_us % 3600000000");
pub(crate) const TALLIES_BY_DAY: Tallies = both!("emitted_us - emitted_us % 86400000000");
pub(crate) const TALLIES_BY_QUEUE: Tallies = both!("queue_id");
pub(crate) const TALLIES_BY_ARTICLE: Tallies = both!("document_id");
pub(crate) const TALLIES_BY_AGENT: Tallies = both!("coalesce(displayed_to, emitted_to)");
pub(crate) const TALLIES_BY_KIND: Tallies = both!("kind");
pub(crate) const TALLIES_BY_ORIGIN: Tallies = both!("iif(stale, 'stale', origin)");

#[cfg(test)]
pub(super) const EVERY: [&str; 22] = [
    RECORD,
    EMIT,
    IS_SAME,
    EXPOSE,
    ADVANCE,
    ITEM,
    TALLIES.of_all,
    TALLIES.of_conversation,
    TALLIES_BY_HOUR.of_all,
    TALLIES_BY_HOUR.of_conversation,
    TALLIES_BY_DAY.of_all,
    TALLIES_BY_DAY.of_conversation,
    TALLIES_BY_QUEUE.of_all,
    TALLIES_BY_QUEUE.of_conversation,
    TALLIES_BY_ARTICLE.of_all,
    TALLIES_BY_ARTICLE.of_conversation,
    TALLIES_BY_AGENT.of_all,
    TALLIES_BY_AGENT.of_conversation,
    TALLIES_BY_KIND.of_all,
    TALLIES_BY_KIND.of_conversation,
    TALLIES_BY_ORIGIN.of_all,
    TALLIES_BY_ORIGIN.of_conversation,
];
