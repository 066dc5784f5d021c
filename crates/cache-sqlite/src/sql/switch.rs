//! Statements on `assist_off`.

/// What is off for a tenant. The names of the scopes sort from the widest to the narrowest, those
/// of the causes by their weight.
pub(crate) const OFF: &str = "\
    SELECT scope, scope_id, cause, since_us, until_us, off_by
    FROM assist_off
    WHERE tenant = ?1
    ORDER BY scope, scope_id, cause";

/// Forgets what is over.
pub(crate) const FORGET_OVER: &str = "\
    DELETE FROM assist_off WHERE tenant = ?1 AND until_us <= ?2";

/// Switches off. What is off already keeps its start; what would stay as it is is not written.
pub(crate) const SWITCH_OFF: &str = "\
    INSERT INTO assist_off (tenant, scope, scope_id, cause, since_us, until_us, off_by)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (tenant, scope, scope_id, cause) DO UPDATE SET
        until_us = excluded.until_us,
        off_by = excluded.off_by
    WHERE until_us IS NOT excluded.until_us OR off_by IS NOT excluded.off_by";

/// Switches on, whyever it was off.
pub(crate) const SWITCH_ON: &str = "\
    DELETE FROM assist_off WHERE tenant = ?1 AND scope = ?2 AND scope_id = ?3";

#[cfg(test)]
pub(super) const EVERY: [&str; 4] = [OFF, FORGET_OVER, SWITCH_OFF, SWITCH_ON];
