//! What every engine must do, as functions over an opened store.
//!
//! A second engine adds one macro call.

#![cfg(test)]

mod audit_trail;
mod fixture;
mod history;
mod repositories;
mod transactions;

/// One test for each function of the suite.
macro_rules! conformance {
    ($open:path; $($module:ident: $($name:ident),+ $(,)?;)+) => {
        $($(
            #[test]
            fn $name() {
                let opened = $open();
                $module::$name(&opened.store);
                opened.store.shutdown();
            }
        )+)+
    };
}

mod sqlite {
    use visavis_store::{Options, Store};

    use super::{audit_trail, history, repositories, transactions};

    struct Opened {
        store: Store,
        _folder: tempfile::TempDir,
    }

    fn open() -> Opened {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path().join("visavis.db"));
        let store = Store::open(Options { write_queue_max: 64, ..options }).unwrap();
        Opened { store, _folder: folder }
    }

    conformance! {
        open;
        repositories:
            organisations_come_back_as_they_were_founded,
            domains_belong_to_one_organisation,
            settings_come_back_and_move_the_epoch,
            accounts_come_back_as_they_were_written,
            addresses_and_names_belong_to_one_account,
            the_directory_is_listed_in_order_and_by_prefix,
            the_directory_is_searched_by_words,
            groups_hold_accounts,
            tokens_are_found_by_their_secret_and_revoked,
            blocks_are_one_sided,
            chats_and_memberships_come_back,
            homes_that_left_keep_their_chain,
            chats_are_listed_by_activity,
            chats_stand_where_their_person_knows,
            permits_are_for_their_holder,
            answers_are_remembered_and_forgotten,
            reports_are_listed_newest_first_and_forgotten,
            holders_of_roles_are_listed_by_name,
            facts_of_the_deployment_are_replaced;
        history:
            positions_are_free_of_gaps,
            messages_come_back_as_they_were_written,
            changed_messages_stand_at_their_last_change,
            versions_and_reactions_come_back_in_order,
            pins_come_back_newest_first_and_belong_to_their_chat,
            lists_of_messages_are_what_a_filter_says,
            unread_messages_are_counted_up_to_a_limit,
            an_export_reads_in_order_within_its_range_and_budget,
            events_are_told_after_a_watermark_and_to_whom_they_concern;
        transactions:
            a_failed_command_is_taken_back_alone,
            a_panic_is_taken_back_alone,
            what_was_committed_is_told_in_order_before_the_answers,
            a_snapshot_stays_as_it_was,
            readers_see_no_half_batch,
            a_full_queue_refuses_at_once,
            a_read_that_nobody_waits_for_is_not_run,
            readers_cannot_write,
            a_command_without_writes_breaks_nothing,
            what_waits_is_done_before_shutdown;
        audit_trail:
            an_untouched_trail_is_proved,
            a_trail_is_proved_in_pieces_while_it_grows,
            entries_are_listed_newest_first_and_filtered,
            p9_a_page_looks_at_so_many_entries_whatever_is_wanted,
            p9_entries_of_a_participant_are_found_in_bounded_pages,
            descriptions_are_stored_once,
            checkpoints_cover_what_grew;
    }
}
