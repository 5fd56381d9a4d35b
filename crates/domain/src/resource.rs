/// Something that clients name by its [`Id`](crate::Id).
pub trait Resource {
    /// What it is called at the beginning of a sentence.
    const NAME: &'static str;
}
