//! Signed notes: a text and who has signed it, as <https://c2sp.org/signed-note> has them.
//!
//! ```text
//! The text, which may have
//!
//! empty lines.
//!
//! — name base64(key id and signature)
//! ```
//!
//! Anybody may add a signature. Those of unknown keys are kept and say nothing; one of a known key
//! that is wrong spoils the note.

use std::{fmt, str::FromStr};

use crate::{KeyId, SigningKey, VerifierKey, key::check_name, text};

/// Longest note that is read, in bytes: as much as the Go package `sumdb/note` reads.
pub const MAX_NOTE_BYTES: usize = 1_000_000;

/// Most signatures of a note that is read: as many as the Go package `sumdb/note` reads.
pub const MAX_SIGNATURES: usize = 100;

/// A text and its signatures, which are not verified yet: see [`SignedNote::open`].
///
/// Displayed and parsed as the file it is, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line: who is said to have signed, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    id: KeyId,
    /// Not empty.
    bytes: Vec<u8>,
}

/// Why this is no signed note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("a note of more than {MAX_NOTE_BYTES} bytes")]
    TooLong,
    /// It is not UTF-8 or has control characters, or the text does not end its last line.
    #[error("the text of a note must be lines of plain text")]
    Text,
    /// There is no empty line with signatures behind it.
    #[error("a note without signatures")]
    Unsigned,
    /// A signature line is not as it must be.
    #[error("line {0} of the note's signatures is malformed")]
    Signature(usize),
    /// More than [`MAX_SIGNATURES`].
    #[error("a note of more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
}

/// Why a note is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is no signed note.
    #[error("the note is malformed")]
    Malformed(#[source] NoteError),
    /// None of its signatures is by a known key.
    #[error("no known key has signed the note")]
    UnknownKey,
    /// A signature that names a known key is not that key's.
    #[error("the note's signature by {name} ({id}) is wrong")]
    BadSignature {
        /// The key's name.
        name: String,
        /// The key's id.
        id: KeyId,
    },
}

/// A note that at least one known key has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedNote<'k> {
    /// The note, with all its signatures.
    pub note: SignedNote,
    /// Which of the known keys have signed it, in the order of their signatures, each once.
    pub signers: Vec<&'k VerifierKey>,
}

/// Reads a note and verifies it with the `keys` one knows.
///
/// # Errors
///
/// It is malformed, or signed by none of them, or wrongly in the name of one of them.
pub fn open<'k>(bytes: &[u8], keys: &'k [VerifierKey]) -> Result<OpenedNote<'k>, OpenError> {
    let note = SignedNote::from_bytes(bytes).map_err(OpenError::Malformed)?;
    let signers = note.open(keys)?;
    Ok(OpenedNote { note, signers })
}

impl SignedNote {
    /// `text`, signed.
    ///
    /// # Errors
    ///
    /// [`NoteError::Text`] or [`NoteError::TooLong`].
    pub fn sign(text: impl Into<String>, key: &SigningKey) -> Result<Self, NoteError> {
        let text = text.into();
        check_text(&text)?;
        let signatures = vec![key.sign(&text)];
        Self { text, signatures }.within_limits()
    }

    /// Signs it with another key, too; a signature by the same key gives way.
    ///
    /// # Errors
    ///
    /// [`NoteError::TooManySignatures`] or [`NoteError::TooLong`]; the note is as before.
    pub fn cosign(&mut self, key: &SigningKey) -> Result<(), NoteError> {
        self.add(key.sign(&self.text))
    }

    /// Adds a signature as it came from elsewhere; one by the same key gives way.
    ///
    /// # Errors
    ///
    /// [`NoteError::TooManySignatures`] or [`NoteError::TooLong`]; the note is as before.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        let mut signed = self.clone();
        signed
            .signatures
            .retain(|other| (&other.name, other.id) != (&signature.name, signature.id));
        signed.signatures.push(signature);
        *self = signed.within_limits()?;
        Ok(())
    }

    /// Itself, if it would be read again.
    fn within_limits(self) -> Result<Self, NoteError> {
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        if self.to_string().len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong);
        }
        Ok(self)
    }

    /// What is signed, up to its last newline. Not to be believed before [`open`](Self::open).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signatures, of known and unknown keys.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Which of `keys` have signed it, in the order of the signatures, each once; at least one.
    ///
    /// # Errors
    ///
    /// None has, or a signature in the name of one of them is wrong.
    pub fn open<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, OpenError> {
        let mut signers = Vec::new();
        for signature in &self.signatures {
            // Two keys of one name and id are as good as never there; either may have signed then.
            let mut named = keys.iter().filter(|key| signature.names(key)).peekable();
            if named.peek().is_none() {
                continue;
            }
            let signer = named.find(|key| key.has_signed(&self.text, &signature.bytes));
            let signer = signer.ok_or_else(|| OpenError::BadSignature {
                name: signature.name.clone(),
                id: signature.id,
            })?;
            if !signers.contains(&signer) {
                signers.push(signer);
            }
        }
        if signers.is_empty() {
            return Err(OpenError::UnknownKey);
        }
        Ok(signers)
    }

    /// The note in these bytes.
    ///
    /// # Errors
    ///
    /// They are no signed note in its one form, or one beyond the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong);
        }
        let note = str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        let end = note.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        let (text, signatures) = note.split_at(end + 1);
        check_text(text)?;
        let signatures = signatures.strip_prefix('\n').unwrap_or_default();
        if signatures.is_empty() {
            return Err(NoteError::Unsigned);
        }
        let lines = signatures.split_inclusive('\n');
        if lines.clone().count() > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signatures = lines.enumerate().map(|(index, line)| {
            NoteSignature::from_line(line).ok_or(NoteError::Signature(index + 1))
        });
        Ok(Self {
            text: text.to_owned(),
            signatures: signatures.collect::<Result<_, _>>()?,
        })
    }
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        Self::from_bytes(text.as_bytes())
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    pub(crate) fn of(key: &VerifierKey, bytes: Vec<u8>) -> Self {
        Self {
            name: key.name().to_owned(),
            id: key.id(),
            bytes,
        }
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What the key made of the text; 64 bytes of an Ed25519 key.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn names(&self, key: &VerifierKey) -> bool {
        self.id == key.id() && self.name == key.name()
    }

    fn from_line(line: &str) -> Option<Self> {
        let line = line.strip_suffix('\n')?.strip_prefix("— ")?;
        let (name, base64) = line.split_once(' ')?;
        check_name(name).ok()?;
        let bytes = text::from_base64(base64)?;
        let (id, bytes) = bytes.split_first_chunk()?;
        (!bytes.is_empty()).then(|| Self {
            name: name.to_owned(),
            id: KeyId::from_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }
}

/// As the line that it is in a note, without the newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_bytes(), &*self.bytes].concat();
        write!(f, "— {} {}", self.name, text::to_base64(&bytes))
    }
}

/// Lines of plain text: what a note may hold above its signatures.
fn check_text(text: &str) -> Result<(), NoteError> {
    if text.ends_with('\n') && !text::has_control(text, b"\n") {
        Ok(())
    } else {
        Err(NoteError::Text)
    }
}
