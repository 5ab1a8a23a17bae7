//! What errors and troubles are to whoever stands before the machine.

use super::found::{Finding, Part, Words};
use crate::error::Error;
use crate::view::Restriction;
use protocol::ErrorCode;
use protocol::check_in::{DeviceTrouble, UpdateStage};

/// What an error says, and what to do.
pub(super) fn of_error(error: &Error) -> (Words, Words) {
    let both = |zh: &str, en: &str| Words::of(zh, en);
    match error {
        Error::PassphraseNeeded => (
            both("要店长口令才能打开", "the manager's passphrase is needed"),
            both("开柜伴，输入口令。", "Open the app and type it."),
        ),
        Error::PassphraseChoose { .. } => (
            both(
                "系统没有能用的钥匙串，也还没有口令",
                "the system has no keychain that can be used, and there is no passphrase yet",
            ),
            both(
                "开柜伴，请店长定一个口令。",
                "Open the app and have the manager choose one.",
            ),
        ),
        Error::KeychainLocked(_) => (
            both(
                "钥匙串锁着，或者换了用户",
                "the keychain is locked, or this is another user",
            ),
            both(
                "注销再登录一次；还不行，请找管这台电脑的人。",
                "Sign out and in again; else ask whoever looks after the machine.",
            ),
        ),
        Error::Key(why) => (
            Words::of(
                format!("密钥用不了：{why}"),
                format!("the key cannot be used: {why}"),
            ),
            both(
                "资料夹可能是从别的机器拷来的：请在这台重新登记。原来那台请照常开着，让它把待送的送完。",
                "The folder may have been copied from another machine: enrol this one anew, and keep the other running until it has sent what waits.",
            ),
        ),
        Error::OutboxDamaged(_) => (
            both(
                "记录待送的文件坏了。它没有被动过",
                "the file of what was recorded is damaged; it was left as it is",
            ),
            both(
                "请总部的人在场时运行 counter outbox move-aside：旧文件留着，另起一个新的。",
                "With headquarters on the line run `counter outbox move-aside`: the old file is kept, and a new one begun.",
            ),
        ),
        Error::CacheDamaged(_) => (
            both(
                "会员资料的副本坏了，会自己重新取",
                "the copy of members is damaged and is fetched anew by itself",
            ),
            both(
                "连上网，等几分钟。",
                "Connect to the network and wait some minutes.",
            ),
        ),
        Error::DiskFull => (
            both("磁盘满了", "the disk is full"),
            both(
                "请删掉不用的文件，至少留出 500 MB。",
                "Delete what is not needed, until 500 MB are free.",
            ),
        ),
        Error::Busy => (
            both("另一个程序占着这些文件", "another program uses the files"),
            both(
                "等一分钟；还不行，重启电脑。",
                "Wait a minute; else start the machine anew.",
            ),
        ),
        Error::OtherCentre => (
            both(
                "那个地址上是另一家总部",
                "another centre answers at that address",
            ),
            both(
                "请核对总部地址（counter move）。",
                "Check the centre's address (`counter move`).",
            ),
        ),
        Error::Refused {
            code: ErrorCode::Revoked,
            ..
        } => of_restriction(Restriction::Revoked),
        Error::Refused {
            code: ErrorCode::VersionUnsupported,
            ..
        } => (
            both(
                "这台的版本太旧，总部不认了",
                "this version is too old for the centre",
            ),
            both(
                "请装新版本；已经记下的不会丢。",
                "Install the new version; what was recorded is kept.",
            ),
        ),
        Error::HomeUnfit { path, why } => (
            Words::of(
                format!("{} 用不了：{why}", path.display()),
                format!("{} cannot be used: {why}", path.display()),
            ),
            both(
                "照上面说的改，再开一次。",
                "Change what it says, and open it again.",
            ),
        ),
        Error::Home { path, error } => (
            Words::of(
                format!("{} 用不了：{error}", path.display()),
                format!("{} cannot be used: {error}", path.display()),
            ),
            both(
                "请看这块盘还在不在、杀毒或备份软件有没有占着它。",
                "See that the disk is there, and that no virus scanner or backup holds the file.",
            ),
        ),
        other => (
            Words::of(format!("出了问题：{other}"), other.to_string()),
            both("请把编号告诉总部。", "Tell headquarters the number."),
        ),
    }
}

/// How the device stands with the centre.
pub(super) fn of_restriction(restriction: Restriction) -> (Words, Words) {
    let both = |zh: &str, en: &str| Words::of(zh, en);
    match restriction {
        Restriction::Quarantined => (
            both(
                "这台的资料有过两份，等店长处理",
                "two copies of this device's files have been used; a manager has to look at it",
            ),
            both(
                "请店长在「设备」里处理。",
                "Have the manager resolve it under Devices.",
            ),
        ),
        Restriction::Superseded => (
            both(
                "另一台已经顶替了它：它只把待送的送完",
                "another device has taken its place: it only delivers what waits",
            ),
            both(
                "用新的那台；这台请连着网，送完为止。",
                "Use the new one, and leave this one on the network until all is sent.",
            ),
        ),
        Restriction::Revoked => (
            both("总部停用了这台", "headquarters has let this device go"),
            both("要再用，请重新登记。", "Enrol it anew to use it again."),
        ),
        Restriction::Recovering => (
            both(
                "总部刚从备份恢复，暂时不发积分额度",
                "the centre was put back from a backup and grants nothing for a while",
            ),
            both(
                "不用做什么，等它自己好。",
                "Nothing is to be done; it passes.",
            ),
        ),
    }
}

/// A trouble that is the machine's own; none where another look says it.
pub(super) fn of_trouble(trouble: &DeviceTrouble) -> Option<Finding> {
    let both = |zh: &str, en: &str| Words::of(zh, en);
    Some(match trouble {
        DeviceTrouble::ClockOff { seconds } => {
            let minutes = seconds.abs() / 60;
            let (zh, en) = if *seconds > 0 {
                ("快", "ahead")
            } else {
                ("慢", "behind")
            };
            Finding::bad(
                Part::Clock,
                Words::of(
                    format!("这台的钟{zh}了约 {minutes} 分钟"),
                    format!("its clock is some {minutes} minutes {en}"),
                ),
                both(
                    "打开系统的「自动设置时间」。",
                    "Turn on setting the time automatically in the system.",
                ),
            )
        }
        DeviceTrouble::DiskLow { megabytes } => Finding::soon(
            Part::Disk,
            Words::of(
                format!("只剩 {megabytes} MB 空间"),
                format!("only {megabytes} MB are free"),
            ),
            both(
                "请删掉不用的文件，至少留出 500 MB。",
                "Delete what is not needed, until 500 MB are free.",
            ),
        ),
        DeviceTrouble::WaitsLong { hours } => Finding::bad(
            Part::Work,
            Words::of(
                format!("有记录等了 {hours} 小时还没送出去"),
                format!("operations wait for {hours} hours"),
            ),
            both(
                "连上网；连着还送不出，请告诉总部。",
                "Connect to the network; if they stay, tell headquarters.",
            ),
        ),
        DeviceTrouble::UpdateFailed { version } => Finding::soon(
            Part::Update,
            Words::of(
                format!("新版本 {version} 没装住，已经退回原来的版本"),
                format!("{version} did not hold; the version before is back"),
            ),
            both(
                "不用做什么，总部已经知道。",
                "Nothing is to be done; headquarters knows.",
            ),
        ),
        // looked at by themselves
        DeviceTrouble::Printer { .. }
        | DeviceTrouble::Code { .. }
        | DeviceTrouble::Silent { .. } => {
            return None;
        }
    })
}

/// How a new version goes.
pub(super) fn of_update(version: &str, stage: UpdateStage) -> Words {
    match stage {
        UpdateStage::Fetching => Words::of(
            format!("新版本 {version} 正在下载"),
            format!("{version} is being fetched"),
        ),
        UpdateStage::Fetched => Words::of(
            format!("新版本 {version} 下好了，等没人用的时候装"),
            format!("{version} is here and waits for a quiet moment"),
        ),
        UpdateStage::Trying => Words::of(
            format!("新版本 {version} 刚装上，还没联系过总部"),
            format!("{version} was put in and has not reached the centre yet"),
        ),
        UpdateStage::Good | UpdateStage::Failed | UpdateStage::Unknown => Words::of(
            format!("上一次更新：{version}"),
            format!("last new version: {version}"),
        ),
    }
}

/// What keeps a printer from being used.
pub(super) fn of_printer(error: &std::io::Error) -> Words {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => {
            Words::of("找不到设好的打印机", "the printer that is set is not there")
        }
        ErrorKind::PermissionDenied => {
            Words::of("没有权限用打印机", "this user may not use the printer")
        }
        ErrorKind::TimedOut | ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable => {
            Words::of("打印机没有回答", "the printer does not answer")
        }
        _ => Words::of(
            format!("打印机用不了：{error}"),
            format!("the printer cannot be used: {error}"),
        ),
    }
}
