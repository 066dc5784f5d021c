//! Checkpoints: notes in which a log says how large it is and what its root is.
//!
//! As <https://c2sp.org/tlog-checkpoint> has them; the text is
//!
//! ```text
//! log.example
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! any further lines, none of them empty
//! ```

use std::{fmt, str::FromStr};

use crate::{Hash, NoteError, OpenError, SignedNote, SigningKey, TreeHead, VerifierKey, text};

/// What a log says of itself.
///
/// Displayed and parsed as the text of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// A line that is not empty.
    origin: String,
    head: TreeHead,
    /// Lines that are not empty.
    extensions: Vec<String>,
}

/// Why this is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text does not end with a newline.
    #[error("a checkpoint's last line must end with a newline")]
    Unfinished,
    /// The origin is missing or not one line of plain text.
    #[error("a checkpoint's origin must be one line of plain text")]
    Origin,
    /// The size is missing or not a decimal number without leading zeros below 2^64.
    #[error("a checkpoint's second line must be the size of the log")]
    Size,
    /// The root is missing or not canonical base64 of 32 bytes.
    #[error("a checkpoint's third line must be the root of the log")]
    Root,
    /// A further line is empty or has control characters.
    #[error("a checkpoint's further lines must be plain text and not empty")]
    Extension,
}

/// Why a note is not to be believed as a log's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenCheckpointError {
    /// The log's keys have not signed it, or not rightly.
    #[error("the checkpoint is not signed by the log")]
    Note(#[source] OpenError),
    /// What was signed is no checkpoint.
    #[error("the log has signed something else than a checkpoint")]
    Text(#[source] CheckpointError),
    /// It is the checkpoint of a log with another origin.
    #[error("the checkpoint is that of another log")]
    OtherOrigin,
}

impl Checkpoint {
    /// Of the log named `origin`, without further lines.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Origin`].
    pub fn new(origin: impl Into<String>, head: TreeHead) -> Result<Self, CheckpointError> {
        let origin = origin.into();
        if !is_line(&origin) {
            return Err(CheckpointError::Origin);
        }
        Ok(Self {
            origin,
            head,
            extensions: Vec::new(),
        })
    }

    /// With one more line at its end.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Extension`].
    pub fn with_extension(mut self, line: impl Into<String>) -> Result<Self, CheckpointError> {
        let line = line.into();
        if !is_line(&line) {
            return Err(CheckpointError::Extension);
        }
        self.extensions.push(line);
        Ok(self)
    }

    /// The checkpoint that `note` is, if it is that of the log named `origin` and signed by at least
    /// one of its `keys`.
    ///
    /// # Errors
    ///
    /// It is not.
    pub fn open(
        note: &SignedNote,
        origin: &str,
        keys: &[VerifierKey],
    ) -> Result<Self, OpenCheckpointError> {
        // The text is not even looked at before its signature.
        note.open(keys).map_err(OpenCheckpointError::Note)?;
        let checkpoint: Self = note.text().parse().map_err(OpenCheckpointError::Text)?;
        if checkpoint.origin != origin {
            return Err(OpenCheckpointError::OtherOrigin);
        }
        Ok(checkpoint)
    }

    /// As a note signed by the log's key.
    ///
    /// # Errors
    ///
    /// [`NoteError::TooLong`].
    pub fn sign(&self, key: &SigningKey) -> Result<SignedNote, NoteError> {
        SignedNote::sign(self.to_string(), key)
    }

    /// Which log this is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its size and root.
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// Further lines: whatever the log means by them.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TreeHead { size, root } = self.head;
        writeln!(f, "{}\n{size}\n{}", self.origin, root.to_base64())?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Unfinished)?;
        let mut lines = text.split('\n');
        let origin = lines.next().ok_or(CheckpointError::Origin)?;
        let size = lines.next().and_then(text::decimal);
        let size = size.ok_or(CheckpointError::Size)?;
        let root = lines.next().ok_or(CheckpointError::Root)?;
        let root = Hash::from_base64(root).map_err(|_| CheckpointError::Root)?;
        let checkpoint = Self::new(origin, TreeHead { size, root })?;
        lines.try_fold(checkpoint, Self::with_extension)
    }
}

fn is_line(line: &str) -> bool {
    !line.is_empty() && !text::has_control(line, b"")
}
