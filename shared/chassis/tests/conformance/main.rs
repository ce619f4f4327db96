//! What every transport promises, as one list of behaviours: the embedded one keeps them, and AWS keeps them.
//!
//! The embedded half always runs. The other half runs against the endpoint in `AWS_ENDPOINT_URL`; `make test` starts a
//! LocalStack for it and says where its queues are. Where the two differ by nature stands in `nature`, and nowhere else.
#![cfg(test)]

mod consuming;
mod counting;
mod dead_letters;
mod leases;
mod nature;
mod partial;
mod publishing;
mod receiving;
mod stage;

/// Makes two tests of each behaviour.
macro_rules! behaviours {
    ($($room:ident: $($name:ident)+;)+) => {
        mod embedded {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    crate::$room::$name(&crate::stage::embedded().await).await;
                }
            )+)+
        }

        mod aws {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    if let Some(stage) = crate::stage::aws().await {
                        crate::$room::$name(&stage).await;
                    }
                }
            )+)+
        }

        /// How many behaviours there are.
        pub(crate) const BEHAVIOURS: usize = [$($(stringify!($name)),+),+].len();
    };
}

behaviours! {
    publishing:
        what_is_published_is_received_as_it_was
        every_queue_that_subscribes_gets_a_copy
        a_copy_in_one_queue_knows_nothing_of_the_other
        a_type_that_nobody_wants_is_taken_and_goes_nowhere
        the_same_event_published_twice_comes_twice
        more_than_a_call_can_carry_arrives_whole
        three_of_ten_fail_and_seven_arrive
        what_is_too_large_is_refused_alone
        the_largest_that_is_allowed_arrives
        nothing_to_publish_is_nothing_to_answer
        words_in_every_script_arrive_as_they_were;
    receiving:
        an_empty_queue_says_so_at_once
        no_more_than_ten_come_at_a_time
        all_of_many_come_in_whatever_order
        two_who_receive_at_once_share_nothing
        who_waits_gets_what_comes_meanwhile
        a_wait_that_is_dropped_loses_nothing
        what_is_delayed_comes_later_and_not_before
        bodies_that_nobody_can_read_survive
        a_queue_that_is_not_there_is_an_error;
    leases:
        what_is_received_is_nobody_elses
        what_is_not_acknowledged_comes_again_when_its_lease_ends
        a_lease_that_is_extended_outlasts_its_first_end
        what_is_acknowledged_never_comes_again
        acknowledging_touches_no_other
        acknowledging_twice_is_no_harm
        acknowledging_after_the_lease_ended_is_in_time_if_nobody_else_came
        a_retry_waits_for_its_time
        a_retry_without_delay_comes_at_once
        what_is_given_back_comes_at_once;
    counting:
        every_receive_is_counted
        the_fifth_receive_is_the_last
        a_retry_keeps_the_count
        giving_back_counts_as_each_transport_can
        the_depth_tells_what_is_ready_in_hand_and_later
        the_depth_counts_the_dead
        bus_and_queue_answer_where_there_is_one;
    dead_letters:
        dead_letters_are_listed_with_what_is_known_of_them
        a_list_can_be_filtered_and_continued
        looking_changes_nothing
        what_is_replayed_comes_anew_and_is_no_longer_dead
        replaying_twice_sends_once
        what_is_discarded_is_gone
        changing_one_leaves_the_others
        a_body_that_nobody_can_read_can_be_replayed;
    consuming:
        what_is_decided_is_consumed_by_way_of_the_bus
        a_message_that_takes_long_is_leased_for_as_long
        who_is_told_to_stop_stops_though_the_queue_is_empty
        no_message_dies_of_its_consumers_database_being_away;
}
