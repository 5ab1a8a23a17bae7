//! What a column holds, as the type that it is: a member's id, points, a moment, rather than text and numbers.
//!
//! The types themselves belong to crates that know no database. [`Stored`] says of each how it is written and read
//! back, and [`Col`] carries it through SeaORM. What cannot be read is an [`Unreadable`]: no value stands in for it.

mod ids;
mod numbers;
mod sealed;
mod time;
mod unreadable;
mod words;

use std::fmt::{Debug, Display};
use std::ops::Deref;

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{
    ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64, TryGetError, TryGetable,
    Value,
};

pub use sealed::Sealed;
pub(crate) use sealed::seal_values;
pub use time::{Claimed, YEARS};
pub use unreadable::Unreadable;
pub use words::{BranchState, EndCause, OpState, Proof};

/// What an engine keeps by itself: text, or a whole number of 32 or 64 bits.
pub trait Raw: TryGetable + ValueType + Nullable + Into<Value> {
    /// What may be told of a value that cannot be read: a number; nothing of a text, which may be somebody's name.
    fn shown(&self) -> String;
}

impl Raw for i32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Raw for i64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Raw for String {
    fn shown(&self) -> String {
        format!("a text of {} bytes", self.len())
    }
}

/// A type that columns hold.
pub trait Stored: Sized {
    /// As what.
    type Raw: Raw;
    /// What it is, for messages: "a moment".
    const WHAT: &'static str;

    /// As it is written. A number that its column does not hold is written, and compared, as the largest that it
    /// does: requests with such are refused where they come in, so that it finds nothing.
    fn to_raw(&self) -> Self::Raw;

    /// What was written; none where it is no such thing.
    fn from_raw(raw: Self::Raw) -> Option<Self>;

    /// Whether it can have been written by this service. What is only just computed need not be.
    fn is_plausible(&self) -> bool {
        true
    }
}

/// What was written; none where it is no such thing, or nothing that this service can have written.
pub fn read<T: Stored>(raw: T::Raw) -> Option<T> {
    T::from_raw(raw).filter(T::is_plausible)
}

/// A column's value.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Col<T>(pub T);

impl<T> Col<T> {
    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Debug> Debug for Col<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Display> Display for Col<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Deref for Col<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: PartialEq> PartialEq<T> for Col<T> {
    fn eq(&self, other: &T) -> bool {
        self.0 == *other
    }
}

impl<T: PartialOrd> PartialOrd<T> for Col<T> {
    fn partial_cmp(&self, other: &T) -> Option<std::cmp::Ordering> {
        self.0.partial_cmp(other)
    }
}

impl<T: Stored> From<T> for Col<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Stored + Clone> From<&T> for Col<T> {
    fn from(value: &T) -> Self {
        Self(value.clone())
    }
}

/// An id that is any text.
impl<'a, T: Stored + From<&'a str>> From<&'a str> for Col<T> {
    fn from(text: &'a str) -> Self {
        Self(text.into())
    }
}

impl<T: Stored> From<Col<T>> for Value {
    fn from(value: Col<T>) -> Self {
        value.0.to_raw().into()
    }
}

impl<T: Stored> From<&Col<T>> for Value {
    fn from(value: &Col<T>) -> Self {
        value.0.to_raw().into()
    }
}

impl<T: Stored> TryGetable for Col<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let raw = T::Raw::try_get_by(row, index)?;
        let shown = raw.shown();
        read(raw)
            .map(Self)
            .ok_or_else(|| Unreadable::at(row, index, T::WHAT, shown).into())
    }
}

impl<T: Stored> ValueType for Col<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        T::from_raw(<T::Raw as ValueType>::try_from(value)?)
            .map(Self)
            .ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        T::WHAT.to_owned()
    }

    fn array_type() -> ArrayType {
        T::Raw::array_type()
    }

    fn column_type() -> ColumnType {
        T::Raw::column_type()
    }
}

impl<T: Stored> Nullable for Col<T> {
    fn null() -> Value {
        T::Raw::null()
    }
}

impl<T: Stored> IntoActiveValue<Self> for Col<T> {
    fn into_active_value(self) -> ActiveValue<Self> {
        ActiveValue::Set(self)
    }
}

/// No key of ours is made by the database.
impl<T: Stored> TryFromU64 for Col<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64(T::WHAT))
    }
}
