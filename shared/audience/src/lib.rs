//! Who may see what: one policy, and the edges between people that it needs.
