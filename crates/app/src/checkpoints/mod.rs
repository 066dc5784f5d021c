//! Checkpoints of the audit log: the key that signs them, how they leave the host, and what they prove
//! later.

mod check;
mod courier;
mod file;
mod key_change;
mod key_file;
mod note_file;
mod syslog;

pub use check::{Checked, check};
pub use courier::{Courier, DeliveryError, Destination};
pub use file::FileDestination;
pub use key_change::KeyChangeService;
pub use key_file::{AuditKeyError, load as load_key};
pub use note_file::{NoteFileError, read as read_notes};
pub use syslog::{SyslogDestination, SyslogTarget};
