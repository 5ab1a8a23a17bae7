//! The language that the web view takes from its surroundings.

use std::process::Command;

/// With the language "C" the web view's number formats throw and the window stays blank; any real one will do, and it
/// need not be installed.
pub fn chinese(command: &mut Command) -> &mut Command {
    let overriding = std::env::var("LC_ALL").unwrap_or_default();
    if overriding.is_empty()
        || overriding == "POSIX"
        || overriding == "C"
        || overriding.starts_with("C.")
    {
        command
            .env_remove("LC_ALL")
            .env("LC_MESSAGES", "zh_CN.UTF-8");
    }
    command
}
