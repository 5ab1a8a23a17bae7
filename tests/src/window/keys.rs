//! Keys that have no letter, as the driver names them.

/// Enter.
pub const ENTER: &str = "\u{e007}";
/// Escape.
pub const ESCAPE: &str = "\u{e00c}";
/// Tab.
pub const TAB: &str = "\u{e004}";
/// Arrow down.
pub const DOWN: &str = "\u{e015}";
/// F2, to the member.
pub const F2: &str = "\u{e032}";
/// F3, to the product.
pub const F3: &str = "\u{e033}";
/// F4, to the receipt.
pub const F4: &str = "\u{e034}";
/// F12, to the end.
pub const F12: &str = "\u{e03c}";
/// Space.
pub const SPACE: &str = "\u{e00d}";
/// Delete the last character.
pub const BACKSPACE: &str = "\u{e003}";
/// To the end of a field.
pub const END: &str = "\u{e010}";
