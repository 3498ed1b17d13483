//! Faults: the real server as a process of its own, killed while it works; what it has acknowledged must be there.

mod kills;
