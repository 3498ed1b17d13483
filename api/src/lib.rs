//! The server: commands into the lane, queries from the read models, identity, workers.
//!
//! A request is read strictly into types, authorised by the policies, and then goes one of two ways: [`command`] or
//! [`query`]. What exists is on one screen in [`router`]; what a route says of itself is in [`endpoint`]. May never happen
//! here: a rule of the domain, SQL, an event, or a panic on input.

pub mod admin;
pub mod after;
pub mod app;
pub mod authorise;
pub mod bank_line;
pub mod body;
pub mod command;
pub mod config;
pub mod demo;
pub mod directory;
pub mod document;
pub mod download;
pub mod endpoint;
pub mod extract;
pub mod gateway;
pub mod http;
pub mod identity;
pub mod ids;
pub mod import;
pub mod importer;
pub mod invoicing;
pub mod metrics;
pub mod names;
pub mod openapi;
pub mod printing;
pub mod problem;
pub mod query;
pub mod reads;
pub mod router;
pub mod routes;
pub mod rows;
pub mod server;
pub mod shell;
pub mod stamp;
pub mod start;
pub mod stream;
pub mod telemetry;
pub mod vault;
pub mod verification;
pub mod visits;
pub mod workers;
