//! What can go wrong with a receipt once what it tells of is on the disk.

/// What is said where a printer has no paper: [`why`] knows it by this.
pub(crate) const NO_PAPER: &str = "no paper";

/// Why there is no receipt, or why it is not on paper. Whatever was recorded stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SlipError {
    /// No receipt is made of such an operation.
    #[error("no receipt is made of that")]
    None,
    /// This device has no printer.
    #[error("no printer was chosen on this device")]
    NoPrinter,
    /// A setting of the printer that cannot be.
    #[error("not a setting of a printer: {field}")]
    PrinterInvalid {
        /// Which.
        field: &'static str,
    },
    /// The printer had nothing of it; it may be printed again.
    #[error("not printed: {reason}")]
    NotPrinted {
        /// Why, as a stable word.
        reason: &'static str,
    },
    /// It broke off, or the printer did not say that it had printed: some of it may be on paper.
    #[error("printing broke off: {reason}")]
    BrokeOff {
        /// Why, as a stable word.
        reason: &'static str,
    },
    /// Another receipt goes to the printer and did not end in time.
    #[error("the printer is in use")]
    PrinterBusy,
    /// The system has no font with Chinese, so a picture would be boxes.
    #[error("the system has no Chinese font")]
    NoFont,
    /// The picture or PDF could not be made.
    #[error("the receipt could not be drawn: {0}")]
    Picture(String),
    /// The picture or PDF could not be written.
    #[error("the receipt was not saved: {reason}")]
    NotSaved {
        /// Why, as a stable word.
        reason: &'static str,
    },
}

impl SlipError {
    /// Stable code: a word for the screens and a short number to show small.
    pub fn code(&self) -> (&'static str, &'static str) {
        match self {
            Self::None => ("no_slip", "C-401"),
            Self::NoPrinter => ("no_printer", "C-402"),
            Self::PrinterInvalid { .. } => ("printer_invalid", "C-403"),
            Self::NotPrinted { .. } => ("not_printed", "C-404"),
            Self::BrokeOff { .. } => ("print_broke_off", "C-405"),
            Self::PrinterBusy => ("printer_busy", "C-406"),
            Self::NoFont => ("no_font", "C-407"),
            Self::Picture(_) => ("picture_failed", "C-408"),
            Self::NotSaved { .. } => ("slip_not_saved", "C-409"),
        }
    }

    /// A file that could not be written.
    pub(crate) fn not_saved(error: &std::io::Error) -> Self {
        Self::NotSaved { reason: why(error) }
    }

    /// Why, as a stable word, where there are several whys.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::PrinterInvalid { field: reason }
            | Self::NotPrinted { reason }
            | Self::BrokeOff { reason }
            | Self::NotSaved { reason } => Some(reason),
            _ => None,
        }
    }
}

impl From<std::fmt::Error> for SlipError {
    fn from(error: std::fmt::Error) -> Self {
        Self::Picture(error.to_string())
    }
}

/// The stable word for why a file, a device or a connection failed.
pub(crate) fn why(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as K;
    match error.kind() {
        K::NotFound | K::NotADirectory => "gone",
        K::AlreadyExists => "exists",
        K::PermissionDenied | K::ReadOnlyFilesystem => "denied",
        K::StorageFull | K::QuotaExceeded | K::FileTooLarge => "full",
        K::ConnectionRefused => "refused",
        K::TimedOut | K::WouldBlock => "timeout",
        K::HostUnreachable | K::NetworkUnreachable | K::AddrNotAvailable | K::NetworkDown => {
            "unreachable"
        }
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => "closed",
        _ if error.to_string() == NO_PAPER => "paper",
        _ => "other",
    }
}
