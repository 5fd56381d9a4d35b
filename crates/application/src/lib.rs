//! basalt-application
