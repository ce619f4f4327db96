//! What operators do, and what befalls them, where every service is a process of its own: on tables and on EventBridge and SQS.

mod dead_letters;
mod killed;
mod outage;
mod poison;
mod stage;
mod undelivered;
