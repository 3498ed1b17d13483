//! Faults: the real server, killed, cut off, raced, on a failing disk and with a wrong clock while clients work; what it has
//! acknowledged must be there, once. Each campaign leaves a line in `target/faults/campaigns.jsonl`, and goes red on a build
//! that breaks what it guards.

mod callbacks;
mod clocks;
mod closing;
mod disk;
mod kills;
mod links;
mod overload;
mod races;
