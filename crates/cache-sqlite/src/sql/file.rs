//! The file as such: whose it is, and the settings of a connection.

/// `application_id` of our files: "AgAs". The first migration writes it.
pub(crate) const OUR_APPLICATION_ID: i64 = 0x4167_4173;

/// Whose file it is, the number of the last migration it has seen, and how much is in it. One
/// statement, so that the three belong together while another process makes the file its store.
pub(crate) const IDENTITY: &str = "\
    SELECT
        (SELECT application_id FROM pragma_application_id),
        (SELECT user_version FROM pragma_user_version),
        (SELECT count(*) FROM sqlite_schema)";

/// Takes the write lock before anything is read, so that a transaction never has to be given up
/// half-way because another process wrote in between.
pub(crate) const BEGIN: &str = "BEGIN IMMEDIATE";

/// Switches to write-ahead logging; answers with the mode now in force.
pub(crate) const SET_JOURNAL_MODE_WAL: &str = "PRAGMA journal_mode = WAL";

/// Folds of the write-ahead log into the file what nobody needs there, waiting for no one: whether somebody
/// else was at it, pages in the log, and how many of them are in the file.
pub(crate) const FOLD: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// The mode in force.
pub(crate) const JOURNAL_MODE: &str = "PRAGMA journal_mode";

/// A setting of a connection.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name.
    pub(crate) name: &'static str,
    /// Asks for its value.
    pub(crate) ask: &'static str,
    /// The value the store relies on.
    pub(crate) wanted: i64,
}

/// What every connection must have taken, beside the journal mode.
pub(crate) const SETTINGS: [Setting; 6] = [
    Setting {
        name: "synchronous",
        ask: "PRAGMA synchronous",
        wanted: 2,
    },
    Setting {
        name: "fullfsync",
        ask: "PRAGMA fullfsync",
        wanted: 1,
    },
    Setting {
        name: "foreign_keys",
        ask: "PRAGMA foreign_keys",
        wanted: 1,
    },
    Setting {
        name: "recursive_triggers",
        ask: "PRAGMA recursive_triggers",
        wanted: 1,
    },
    // What is deleted is overwritten: a forgotten key is gone, not only out of sight.
    Setting {
        name: "secure_delete",
        ask: "PRAGMA secure_delete",
        wanted: 1,
    },
    Setting {
        name: "trusted_schema",
        ask: "PRAGMA trusted_schema",
        wanted: 0,
    },
];
