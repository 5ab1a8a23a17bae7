//! The tables of the search, for the migration of the cache.

/// Creates them in an empty `cache.db`.
pub const SQL: &str = include_str!("schema.sql");
