//! Statements on `person`.

/// Makes a row where there is none.
pub(crate) const MAKE: &str = "\
    INSERT INTO person (
        tenant, lookup, pseudonym, epoch, key_check, secret, sealed_id, made_at_us
    )
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (tenant, lookup) DO NOTHING";

/// The row of a lookup.
pub(crate) const FIND: &str = "\
    SELECT lookup, pseudonym, key_check, secret, sealed_id
    FROM person
    WHERE tenant = ?1 AND lookup = ?2";

/// The row of a pseudonym.
pub(crate) const NAMED: &str = "\
    SELECT lookup, pseudonym, key_check, secret, sealed_id
    FROM person
    WHERE tenant = ?1 AND pseudonym = ?2";

/// Every epoch with its keys.
pub(crate) const EPOCHS: &str = "\
    SELECT epoch, key_check FROM person GROUP BY epoch, key_check ORDER BY epoch, key_check";

/// Forgets a row; what was in it is overwritten (`secure_delete`).
pub(crate) const FORGET: &str = "DELETE FROM person WHERE tenant = ?1 AND lookup = ?2";

#[cfg(test)]
pub(super) const EVERY: [&str; 5] = [MAKE, FIND, NAMED, EPOCHS, FORGET];
