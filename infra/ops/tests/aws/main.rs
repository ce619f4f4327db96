//! The operators' side of AWS: the program as the functions `migrate` and `ops`, driven through the Runtime API's own protocol, and
//! `valine --aws` before a server that speaks Lambda's.
#![cfg(test)]

mod asked;
mod commands;
mod migrations;
mod refused;
mod stage;
