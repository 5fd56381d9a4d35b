//! basalt-adapters
