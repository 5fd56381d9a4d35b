//! basalt-api
