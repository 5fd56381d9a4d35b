//! Cursors: positions in a list, signed, so that a client can't make one up and one made for
//! another list is told from one made for this.

use basalt_domain::{Direction, Position, Sort, SortField, SortKey, Timestamp};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::keys::Keys;

/// Bytes of the tag at the end of a cursor.
const TAG: usize = 16;

/// The list that a cursor belongs to: its route, and its filters in one spelling.
#[derive(Clone, Copy)]
pub struct List<'a> {
    /// The route's path.
    pub path: &'a str,
    /// The filters.
    pub filters: &'a str,
}

/// Where a walk goes on, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<F> {
    /// The order of the walk.
    pub sort: Sort<F>,
    /// The last row that was shown.
    pub position: Position,
}

impl<F: SortField> Cursor<F> {
    /// Writes the cursor for a client.
    pub fn encode(&self, list: List<'_>, keys: &Keys) -> String {
        let mut bytes = vec![match self.sort.direction {
            Direction::Ascending => b'+',
            Direction::Descending => b'-',
        }];
        let field = self.sort.by.as_str();
        bytes.push(u8::try_from(field.len()).expect("field names are short"));
        bytes.extend_from_slice(field.as_bytes());
        bytes.extend_from_slice(self.position.id.as_bytes());
        match &self.position.key {
            SortKey::Time(time) => bytes.extend_from_slice(&time.as_micros().to_be_bytes()),
            SortKey::Text(text) => bytes.extend_from_slice(text.as_bytes()),
        }
        let tag = keys.sign_cursor(&[list.path.as_bytes(), list.filters.as_bytes(), &bytes]);
        bytes.extend_from_slice(&tag);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor of this list; `None` for everything else.
    pub fn decode(raw: &str, list: List<'_>, keys: &Keys) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(raw).ok()?;
        let (payload, tag) = bytes.split_last_chunk::<TAG>()?;
        let parts = [list.path.as_bytes(), list.filters.as_bytes(), payload];
        if !keys.cursor_is_signed(&parts, *tag) {
            return None;
        }
        // Signed by us; another version may still have written it in another form.
        let (&[sign, length], rest) = payload.split_first_chunk::<2>()?;
        let (field, rest) = rest.split_at_checked(usize::from(length))?;
        let (id, key) = rest.split_first_chunk::<16>()?;
        let by = F::ALL.iter().find(|f| f.as_str().as_bytes() == field)?;
        let direction = match sign {
            b'+' => Direction::Ascending,
            b'-' => Direction::Descending,
            _ => return None,
        };
        let key = if by.is_time() {
            let micros = i64::from_be_bytes(key.try_into().ok()?);
            SortKey::Time(Timestamp::from_micros(micros)?)
        } else {
            SortKey::Text(String::from_utf8(key.to_vec()).ok()?)
        };
        Some(Self {
            sort: Sort { by: *by, direction },
            position: Position { key, id: basalt_domain::PostId::from_bytes(*id).as_uuid() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use basalt_domain::{PostId, PostSortField};

    const LIST: List<'_> = List { path: "/api/posts", filters: "search=1:a" };

    fn keys() -> Keys {
        Keys::derive(b"secret", &[])
    }

    fn cursor(sort: &str, key: SortKey) -> Cursor<PostSortField> {
        Cursor {
            sort: Sort::parse(sort).unwrap(),
            position: Position { key, id: PostId::from_bytes([7; 16]).as_uuid() },
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let time = SortKey::Time(Timestamp::from_micros(1_700_000_000_123_456).unwrap());
        for cursor in [cursor("-createdAt", time), cursor("title", SortKey::Text("é".into()))] {
            let raw = cursor.encode(LIST, &keys());
            assert_eq!(Cursor::decode(&raw, LIST, &keys()), Some(cursor));
        }
    }

    #[test]
    fn a_cursor_of_another_list_or_changed_anywhere_is_refused() {
        let raw = cursor("title", SortKey::Text("a".into())).encode(LIST, &keys());
        let decode = |raw: &str, list| Cursor::<PostSortField>::decode(raw, list, &keys());
        assert!(decode(&raw, List { path: "/api/users", ..LIST }).is_none());
        assert!(decode(&raw, List { filters: "", ..LIST }).is_none());
        for at in 0..raw.len() {
            let mut forged = raw.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(decode(&forged, LIST).is_none(), "changed at {at}");
        }
        for nonsense in ["", "x", "=", "AAAA", "%00", &"A".repeat(5_000)] {
            assert!(decode(nonsense, LIST).is_none(), "{nonsense:.10}");
        }
    }

    #[test]
    fn an_earlier_secret_still_verifies() {
        let cursor = cursor("title", SortKey::Text("a".into()));
        let raw = cursor.encode(LIST, &keys());
        let rotated = Keys::derive(b"new", &[b"secret".to_vec()]);
        assert_eq!(Cursor::decode(&raw, LIST, &rotated), Some(cursor));
        assert!(Cursor::<PostSortField>::decode(&raw, LIST, &Keys::derive(b"new", &[])).is_none());
    }
}
