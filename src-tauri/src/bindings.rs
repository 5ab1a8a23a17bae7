//! The commands and their TypeScript, declared once.

use crate::{commands, start};
use counter::Limits;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

/// Every command and event of the window.
pub(crate) fn builder() -> Builder<Wry> {
    // one TypeScript type for each of ours: what a request leaves out, it leaves out by name
    let builder = Builder::<Wry>::new().disable_serde_phases();
    let builder = builder.events(collect_events![start::EngineChanged]);
    let builder = builder
        .constant("limits", Limits::NOW)
        .constant("operationKinds", counter::OPERATION_KINDS)
        .constant("slipKinds", counter::kinds_with_slips());
    builder.commands(collect_commands![
        commands::device::device_status,
        commands::device::open_by_passphrase,
        commands::device::unlock,
        commands::device::enrol,
        commands::device::follow_centre,
        commands::device::sync_page,
        commands::device::sync_now,
        commands::device::store_devices,
        commands::device::warm_up,
        commands::device::device_settings,
        commands::device::set_device_settings,
        commands::device::operation,
        commands::device::read_ticket,
        commands::device::examine,
        commands::device::set_work_open,
        commands::clerk::clerks,
        commands::clerk::sign_in,
        commands::clerk::sign_out,
        commands::clerk::cover,
        commands::clerk::session,
        commands::member::find,
        commands::member::present_by_code,
        commands::member::present_send,
        commands::member::present_by_message,
        commands::member::present_by_number,
        commands::member::digits_missing,
        commands::member::look_up,
        commands::member::scanned,
        commands::member::typed_whole,
        commands::member::member_page,
        commands::member::allergies_find,
        commands::member::allergies_read,
        commands::member::reveal,
        commands::invite::join_code,
        commands::invite::paper_code,
        commands::invite::joined,
        commands::invite::invited,
        commands::invite::invite_slip,
        commands::invite::invite_print,
        commands::invite::invite_save,
        commands::invite::fill_in_number,
        commands::invite::fill_in_prove,
        commands::invite::fill_in_asks,
        commands::invite::fill_in_join,
        commands::invite::fill_in_offline,
        commands::profile::profile_form,
        commands::profile::profile_change,
        commands::profile::new_phone_send,
        commands::profile::new_phone_prove,
        commands::profile::new_phone_drop,
        commands::profile::member_coupons,
        commands::profile::points_ledger,
        commands::profile::sale_credit,
        commands::profile::credit_given,
        commands::work::products_find,
        commands::work::line_amounts,
        commands::work::sale_quote,
        commands::work::sale_record,
        commands::work::receipt_entry,
        commands::work::redeem_options,
        commands::work::redeem_quote,
        commands::work::redeem,
        commands::work::stores,
        commands::work::return_open,
        commands::work::return_quote,
        commands::work::return_record,
        commands::parked::parked,
        commands::parked::park,
        commands::parked::take_up,
        commands::parked::let_go,
        commands::sample::sample_options,
        commands::sample::sample_give,
        commands::acts::member_acts,
        commands::acts::act_quote,
        commands::acts::act_record,
        commands::acts::managers,
        commands::acts::approved_returns,
        commands::slip::slip_show,
        commands::slip::slip_print,
        commands::slip::slip_print_by_itself,
        commands::slip::slip_save,
        commands::slip::printer_show,
        commands::slip::printer_named,
        commands::slip::printer_set,
        commands::slip::printer_test,
    ])
}

#[cfg(test)]
mod tests {
    use specta_typescript::Typescript;

    /// Writes `ui/counter/src/lib/bindings.ts`; `cargo xtask test` fails where that changes the file.
    #[test]
    fn export_bindings() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../ui/counter/src/lib/bindings.ts"
        );
        super::builder()
            .export(
                Typescript::default().header(
                    "// Generated from the Rust commands by `cargo xtask bindings`. Do not edit.\n",
                ),
                file,
            )
            .unwrap();
    }
}
