//! One value of an answer, of whichever type it is: in SQLite a column can hold any.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with fractions.
    Real(f64),
    /// Text; what of it is no UTF-8 is replaced.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// What it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let content = match self {
            Self::Null | Self::Integer(_) | Self::Real(_) => 0,
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
        };
        size_of::<Self>() + content
    }
}

/// The values of a row.
pub(super) fn row(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
    (0..row.len()).map(|position| cell(row, position)).collect()
}

fn cell(row: &SqliteRow, position: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(position)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let name = value.type_info().name().to_owned();
    // The declared type of a column says nothing of a value in it.
    Ok(match &*name {
        "INTEGER" => Cell::Integer(row.try_get_unchecked(position)?),
        "REAL" => Cell::Real(row.try_get_unchecked(position)?),
        "TEXT" => {
            let bytes: Vec<u8> = row.try_get_unchecked(position)?;
            Cell::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => Cell::Blob(row.try_get_unchecked(position)?),
    })
}
