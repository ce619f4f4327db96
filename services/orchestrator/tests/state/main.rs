//! What every home of state promises, as one list of behaviours: the table keeps them, and DynamoDB keeps them.
//!
//! The first half always runs. The other half runs against the endpoint in `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL`;
//! `make test` starts one. What only one of the two has stands in `tables` and `dynamo`. A program of its own, so that only it
//! waits for a LocalStack.
#![cfg(test)]

mod conversations;
mod dynamo;
mod forgetting;
mod home;
mod interactions;
mod tables;
#[path = "../it/world.rs"]
#[expect(dead_code, reason = "the rest is for the other tests")]
mod world;

/// Makes two tests of each behaviour.
macro_rules! behaviours {
    ($($room:ident: $($name:ident)+;)+) => {
        mod in_tables {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$room::$name(&super::home::tables().await).await;
                }
            )+)+
        }

        mod in_dynamodb {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    if let Some(home) = super::home::dynamodb().await {
                        super::$room::$name(&home).await;
                    }
                }
            )+)+
        }

        /// How many behaviours there are.
        const BEHAVIOURS: usize = [$($(stringify!($name)),+),+].len();
    };
}

behaviours! {
    interactions:
        what_is_asked_is_taken_once_and_found_again
        what_comes_again_is_told_what_has_become_of_it
        of_many_who_take_it_at_once_one_has_it
        what_has_expired_is_absent_and_its_id_is_free
        work_is_one_processors_until_its_lease_ends
        of_many_who_begin_at_once_one_has_the_work
        of_many_who_take_over_at_once_one_has_the_work
        who_was_taken_over_from_cannot_end_it
        who_is_late_ends_it_if_nobody_else_came
        an_end_is_the_end_and_saying_it_again_is_no_harm
        what_has_expired_is_neither_begun_nor_ended
        an_event_finds_what_it_answers
        a_lease_is_of_a_quarter_of_an_hour_at_most;
    conversations:
        steps_follow_each_other
        who_saw_an_older_step_is_told_so
        of_many_who_saw_the_same_step_one_goes_on
        of_many_who_close_it_at_once_one_may_do_it
        it_is_there_for_nobody_else
        what_has_expired_is_gone
        a_step_says_anew_how_long_it_is_kept
        the_largest_that_is_allowed_comes_back_as_it_was;
    forgetting:
        nothing_of_a_person_is_left
        others_are_left_alone
        what_is_about_a_person_goes_with_them
        what_was_asked_anew_by_somebody_else_stays
        much_is_forgotten_step_by_step
        what_somebody_asked_is_handed_out_and_nothing_else;
}
