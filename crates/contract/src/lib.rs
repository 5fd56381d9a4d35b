//! basalt-contract
