//! The single looks, but for the way to the centre.

use super::found::{Finding, Part, Words};
use super::words;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::health;
use crate::version::{system, version};
use crate::view::{KeyPlace, PrinterTarget, Restriction};
use platform::files;
use protocol::check_in::{DeviceTrouble, UpdateStage};
use std::path::Path;

/// Which program and system this is.
pub(super) fn program() -> Finding {
    let (version, system) = (version(), system());
    let said = Words::of(
        format!("柜伴 {version}，{system}"),
        format!("Counterpart {version} on {system}"),
    );
    Finding::good(Part::Program, said)
}

/// The folder; as an error where there is nothing more to look at.
pub(super) fn folder(home: &Path) -> std::result::Result<Vec<Finding>, Finding> {
    let place = home.display();
    if !home.exists() {
        return Err(Finding::bad(
            Part::Folder,
            Words::of(
                format!("这台电脑上这位用户还没有用过柜台：没有 {place}"),
                format!("no counter was ever used here by this user: {place} is not there"),
            ),
            Words::of(
                "请用平时开柜伴的那个用户登录电脑；新机器请先登记。",
                "Sign in as the user who usually opens the app; a new machine is to be enrolled first.",
            ),
        ));
    }
    if let Some(files::Stranger { owner, me }) = files::stranger(home) {
        return Err(Finding::bad(
            Part::Folder,
            Words::of(
                format!("{place} 是用户 {owner} 的，现在登录的是 {me}"),
                format!("{place} belongs to {owner}, and this is {me}"),
            ),
            Words::of(
                format!("请用 {owner} 登录电脑。"),
                format!("Sign in as {owner}."),
            ),
        ));
    }
    if !files::writable(home) {
        return Err(Finding::bad(
            Part::Folder,
            Words::of(
                format!("{place} 写不进去"),
                format!("{place} cannot be written"),
            ),
            Words::of(
                "请看这块盘是不是只读、拔掉了或者坏了；也看杀毒软件有没有拦住柜伴。",
                "See whether the disk is read-only, unplugged or broken, and whether a virus scanner keeps the app from it.",
            ),
        ));
    }
    let mut all = Vec::new();
    if let Some(others) = files::open_to_others(home) {
        all.push(Finding::soon(
            Part::Folder,
            Words::of(
                format!("别的用户也能看 {place}（{others}）"),
                format!("others can read {place} ({others})"),
            ),
            Words::of(
                "开一次柜伴，它会自己关上。",
                "Open the app once: it shuts the folder.",
            ),
        ));
    } else {
        all.push(Finding::good(
            Part::Folder,
            Words::of(
                format!("资料放在 {place}"),
                format!("its files are in {place}"),
            ),
        ));
    }
    Ok(all)
}

/// Why the counter's files cannot be opened.
pub(super) fn unopened(error: &Error) -> Finding {
    let (said, todo) = words::of_error(error);
    let part = match error {
        Error::Key(_)
        | Error::PassphraseNeeded
        | Error::PassphraseChoose { .. }
        | Error::PassphraseWrong
        | Error::KeychainLocked(_) => Part::Keys,
        Error::DiskFull => Part::Disk,
        _ => Part::Folder,
    };
    Finding::bad(part, said, todo).numbered(error.code().1)
}

/// Where the keys are.
pub(super) fn keys(engine: &Engine) -> Finding {
    match engine.shared.key_place() {
        KeyPlace::Keychain => Finding::good(
            Part::Keys,
            Words::of(
                "密钥在系统的钥匙串里",
                "the keys are in the system's keychain",
            ),
        ),
        KeyPlace::Passphrase => Finding::good(
            Part::Keys,
            Words::of(
                "密钥在店长口令后面",
                "the keys are behind the manager's passphrase",
            ),
        ),
        KeyPlace::File => Finding::soon(
            Part::Keys,
            Words::of(
                "密钥就放在资料旁边：谁拷走文件夹，谁就能看",
                "the keys lie beside the files: whoever copies the folder can read it",
            ),
            Words::of(
                "这只适合试用。去掉 COUNTERPART_INSECURE_KEY_FILE 再开一次。",
                "That is for trying out. Open it once without COUNTERPART_INSECURE_KEY_FILE.",
            ),
        ),
    }
}

pub(super) fn not_enrolled() -> Finding {
    Finding::bad(
        Part::Device,
        Words::of("这台还没登记到总部", "this counter is not enrolled"),
        Words::of(
            "请向总部要登记纸，在第一屏扫一扫。",
            "Ask headquarters for an enrolment sheet, and scan it on the first screen.",
        ),
    )
}

/// Whether the centre lets it go on, and whether it shows members.
pub(super) fn standing(engine: &Engine) -> Result<Vec<Finding>> {
    let mut all = Vec::new();
    let state = engine.sync_state()?;
    match state.standing {
        Some(restriction) => {
            let (said, todo) = words::of_restriction(restriction);
            all.push(match restriction {
                Restriction::Recovering => Finding::soon(Part::Device, said, todo),
                Restriction::Quarantined | Restriction::Superseded | Restriction::Revoked => {
                    Finding::bad(Part::Device, said, todo)
                }
            });
        }
        None => {
            let me = engine.shared.identity()?;
            let (name, store) = me.map_or_else(Default::default, |me| {
                (me.device_name, me.store.to_string())
            });
            all.push(Finding::good(
                Part::Device,
                Words::of(
                    format!("登记为 {store} 的 {name}"),
                    format!("enrolled as {name} of store {store}"),
                ),
            ));
        }
    }
    if engine.shared.locked_since().is_some() {
        all.push(Finding::bad(
            Part::Device,
            Words::of(
                "太久没有联系总部，会员资料锁上了",
                "it has been silent for too long and shows no members",
            ),
            Words::of(
                "连上网就自己打开；连不上，请向总部或店长要开锁码。",
                "It opens by itself with the network; without, ask headquarters or the manager for a code.",
            ),
        ));
    }
    if let Some(stuck) = engine.shared.stuck() {
        all.push(unopened(&stuck.error()));
    }
    Ok(all)
}

/// What waits, and what needs a person.
pub(super) fn work(engine: &Engine) -> Result<Vec<Finding>> {
    let state = engine.sync_state()?;
    let mut all = Vec::new();
    if state.pending == 0 {
        all.push(Finding::good(
            Part::Work,
            Words::of("没有待送的记录", "nothing waits to be sent"),
        ));
    } else {
        all.push(Finding::good(
            Part::Work,
            Words::of(
                format!("有 {} 笔待送，都好好地存在这台机器上", state.pending),
                format!(
                    "{} operations wait to be sent; all are kept here",
                    state.pending
                ),
            ),
        ));
    }
    let needs = engine.sync_page()?.attention.len();
    if needs > 0 {
        all.push(Finding::soon(
            Part::Work,
            Words::of(
                format!("有 {needs} 笔要店长看一下"),
                format!("{needs} operations need the manager"),
            ),
            Words::of("在柜伴的「同步」页里看。", "See the app's sync page."),
        ));
    }
    Ok(all)
}

/// Clock, disk, new versions: as the centre judges them too.
pub(super) fn device(engine: &Engine) -> Result<Vec<Finding>> {
    let health = health::of(&engine.shared)?;
    // as far as this counter knows what time it is at the centre
    let now = engine.shared.now()?;
    let troubles = health.troubles(health.clock - now, now);
    let mut all: Vec<Finding> = troubles.iter().filter_map(words::of_trouble).collect();
    let is = |part| move |found: &Finding| found.part == part;
    if !all.iter().any(is(Part::Clock)) {
        all.push(Finding::good(
            Part::Clock,
            Words::of("钟是准的", "its clock is right"),
        ));
    }
    if !troubles
        .iter()
        .any(|t| matches!(t, DeviceTrouble::DiskLow { .. }))
        && let Some(free) = health.disk_free
    {
        let free = free / 1_000_000;
        all.push(Finding::good(
            Part::Disk,
            Words::of(
                format!("还有 {free} MB 空间"),
                format!("{free} MB are free"),
            ),
        ));
    }
    if let Some(update) = health.update
        && update.stage != UpdateStage::Failed
    {
        all.push(Finding::good(
            Part::Update,
            words::of_update(&update.version, update.stage),
        ));
    }
    Ok(all)
}

/// The printer, as it is set: whether it can be opened, without printing.
pub(super) fn printer(engine: &Engine) -> Result<Vec<Finding>> {
    let settings = engine.printer()?;
    if settings.target == PrinterTarget::None {
        return Ok(vec![Finding::good(
            Part::Printer,
            Words::of("没有设打印机", "no printer is set"),
        )]);
    }
    let todo = Words::of(
        "请看打印机有没有开、有没有纸、线插好没有；再在柜伴里打一张测试页。",
        "See that the printer is on, has paper and is plugged in; then print a test page from the app.",
    );
    Ok(vec![match crate::slip::is_there(&settings.target) {
        Ok(()) => Finding::good(
            Part::Printer,
            Words::of("打印机找得到", "the printer is there"),
        ),
        Err(e) => Finding::bad(Part::Printer, words::of_printer(&e), todo),
    }])
}
