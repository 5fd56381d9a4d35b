//! HTTP/1.1 itself: the real transport, on real sockets, around an application of a few lines.

mod closing;
mod cut;
mod generated;
mod kept;
mod messages;
mod served;
mod slow;
