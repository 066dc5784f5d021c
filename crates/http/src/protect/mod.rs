//! What every request must keep to, whoever asks: the host it is for, the web page it comes from, the
//! size of its body.

pub(crate) mod host;
pub(crate) mod limits;
pub(crate) mod origin;
