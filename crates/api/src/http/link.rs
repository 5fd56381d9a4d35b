//! `Link` headers of lists (RFC 8288). A reference is a query alone: it is resolved against the
//! address that the client asked, whatever prefix a proxy put before it.

use std::fmt::Write;

use super::query;

/// Builds one `Link` value for a list.
pub struct Links<'a> {
    /// Parameters that every link repeats: filters and order.
    kept: &'a [(&'static str, String)],
    value: String,
}

impl<'a> Links<'a> {
    /// Links to other parts of a list.
    pub fn new(kept: &'a [(&'static str, String)]) -> Self {
        Self { kept, value: String::new() }
    }

    /// Adds a link whose own parameters come last.
    pub fn add(&mut self, relation: &str, own: &[(&str, &str)]) {
        if !self.value.is_empty() {
            self.value.push_str(", ");
        }
        self.value.push('<');
        let kept = self.kept.iter().map(|(name, value)| (*name, value.as_str()));
        let mut separator = '?';
        for (name, value) in kept.chain(own.iter().copied()) {
            let _ = write!(self.value, "{separator}{name}=");
            query::encode(value, &mut self.value);
            separator = '&';
        }
        let _ = write!(self.value, ">; rel=\"{relation}\"");
    }

    /// The header's value, empty when there is no link.
    pub fn finish(self) -> String {
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_repeat_the_filters_encoded() {
        let kept = [("search", "a b&c".to_owned())];
        let mut links = Links::new(&kept);
        links.add("first", &[("page", "1"), ("limit", "10")]);
        links.add("next", &[("page", "2"), ("limit", "10")]);
        assert_eq!(
            links.finish(),
            "<?search=a%20b%26c&page=1&limit=10>; rel=\"first\", \
             <?search=a%20b%26c&page=2&limit=10>; rel=\"next\""
        );
    }
}
