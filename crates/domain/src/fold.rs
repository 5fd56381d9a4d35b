/// Folds `text` for search and for sorting: Unicode simple case folding (statuses C and S of
/// `CaseFolding.txt`), one character for one. Stores keep the folded form and compare it by code
/// point, because their own `lower()` differ (SQLite's knows ASCII only).
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    unicode_case_mapping::case_folded(c)
        .and_then(|folded| char::from_u32(folded.get()))
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_is_folded_beyond_ascii_and_never_changes_the_length() {
        assert_eq!(fold("ÉCLAIR Été"), "éclair été");
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
        assert_eq!(fold("ẞ"), "ß"); // status S: simple folding keeps one character
        assert_eq!(fold("ß"), "ß"); // the full folding would be "ss"
        assert_eq!(fold("İ"), "İ"); // statuses T and F only
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert_eq!(once.chars().count(), text.chars().count());
        }
    }
}
