//! Statements on `recommendation_cache`.

pub(crate) const GET: &str = "\
    SELECT fetched_at_us, policy_version, digest, body_version, body
    FROM recommendation_cache
    WHERE key = ?1";

pub(crate) const PUT: &str = "\
    INSERT INTO recommendation_cache (
        key, tenant, conversation_id, session_id, fetched_at_us,
        policy_version, digest, body_version, body
    )
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (key) DO UPDATE SET
        tenant = excluded.tenant,
        conversation_id = excluded.conversation_id,
        session_id = excluded.session_id,
        fetched_at_us = excluded.fetched_at_us,
        policy_version = excluded.policy_version,
        digest = excluded.digest,
        body_version = excluded.body_version,
        body = excluded.body";

pub(crate) const FORGET_KEY: &str = "DELETE FROM recommendation_cache WHERE key = ?1";

pub(crate) const FORGET_CONVERSATION: &str = "\
    DELETE FROM recommendation_cache WHERE tenant = ?1 AND conversation_id = ?2";

pub(crate) const FORGET_SESSION: &str = "\
    DELETE FROM recommendation_cache WHERE tenant = ?1 AND session_id = ?2";

pub(crate) const FORGET_ALL: &str = "DELETE FROM recommendation_cache";

pub(crate) const EVICT: &str = "DELETE FROM recommendation_cache WHERE fetched_at_us < ?1";

pub(crate) const STATS: &str = "\
    SELECT
        count(*) AS entries,
        coalesce(sum(octet_length(body)), 0) AS bytes,
        min(fetched_at_us) AS oldest_us,
        max(fetched_at_us) AS newest_us
    FROM recommendation_cache";

#[cfg(test)]
pub(super) const EVERY: [&str; 8] = [
    GET,
    PUT,
    FORGET_KEY,
    FORGET_CONVERSATION,
    FORGET_SESSION,
    FORGET_ALL,
    EVICT,
    STATS,
];
