//! `valine up` as people meet it: a process of its own, on data of its own.
#![cfg(test)]

mod first_session;
mod killed;
mod network;
mod refusals;
