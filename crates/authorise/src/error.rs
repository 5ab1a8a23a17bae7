//! What can go wrong.

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is not what settings look like.
    #[error("not the settings of providers: {0}")]
    Document(#[from] serde_json::Error),
    /// It says nothing where something must stand, or two are called alike.
    #[error("{0}")]
    Said(String),
    /// An address is none that may be used.
    #[error("the address {address}: {why}")]
    Address {
        /// What was said.
        address: String,
        /// Why not.
        why: String,
    },
    /// The key that requests are signed by cannot be read.
    #[error("the private key: {0}")]
    Key(String),
}

/// Why nothing was told of her.
#[derive(Debug, thiserror::Error)]
pub enum AuthoriseError {
    /// The provider refuses: a code that was used, is over, or is no code.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// It could not be asked, or its answer is none.
    #[error("the provider does not answer: {0}")]
    Unanswered(String),
    /// It does not say who she is.
    #[error("the provider does not say who she is")]
    Nobody,
}
