//! The edge's two functions on Lambda, driven through the Runtime API's own protocol: what API Gateway asks, and what comes out.
//! Identity and the other services are functions, too, as far as the edge asks them.
#![cfg(test)]

mod asking;
mod authorizer;
mod identity;
mod operator;
mod origin;
mod requests;
mod stage;
