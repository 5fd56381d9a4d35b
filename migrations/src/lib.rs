//! basalt-migrations
