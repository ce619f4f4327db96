//! The spine from a write to its effects, with a service of a few lines that stands for any.
#![cfg(test)]

mod broken;
mod delivery;
mod erasures;
mod guard;
mod limits;
mod reads;
mod ready;
mod serving;
mod storage;
mod support;
mod things;
