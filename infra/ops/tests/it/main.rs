//! `valine` as people meet it: a process of its own, on data of its own.
#![cfg(test)]

mod doctor;
mod events;
mod first_session;
mod killed;
mod log;
mod mailbox;
mod network;
mod refusals;
mod restored;
mod storage;
