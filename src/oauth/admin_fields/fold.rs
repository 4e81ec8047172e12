//! When two spellings are one name.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization as _;

/// What two spellings of one name or address have in common: the key that must be unique. The engines' own idea of lower
/// case and collation is never asked, for each has another.
#[must_use]
pub fn fold(text: &str) -> String {
    fold_part(text).trim().to_owned()
}

/// The same for a part of a name, whose spaces count: what is in the part is in the key of the whole.
///
/// NFKC and full case folding, so often that doing it again changes nothing (Unicode 3.13, D146): letters that only look
/// another way, such as wide ones or ligatures, and accents written apart are the same. The dotless `ı` is no `i`.
#[must_use]
pub fn fold_part(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let once = UniCase::unicode(text.nfd().collect::<String>()).to_folded_case();
    let twice = UniCase::unicode(once.nfkc().collect::<String>()).to_folded_case();
    twice.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_part};
    use proptest::prelude::{any, proptest};

    #[test]
    fn spellings_of_one_name_have_one_key() {
        let rows: [&[&str]; 7] = [
            &["ada@example.com", " Ada@EXAMPLE.com ", "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ"],
            &["zo\u{eb}", "zoe\u{308}", "ZO\u{cb}", "ZOE\u{308}"],
            &["strasse", "straße", "STRASSE", "STRAẞE", "ﬅrasse"],
            &["σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"],
            &["k\u{e5}re", "\u{212a}\u{212b}re", "KA\u{30a}RE"],
            &["file 42", "ﬁle ④②", "FILE\u{a0}４２"],
            &["ガ", "ｶﾞ", "カ\u{3099}"],
        ];
        for spellings in rows {
            let keys: Vec<String> = spellings.iter().map(|spelling| fold(spelling)).collect();
            assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{spellings:?}: {keys:?}");
        }
    }

    #[test]
    fn other_names_have_other_keys() {
        for (one, other) in [("mike", "mıke"), ("zoe", "zoë"), ("o", "ø"), ("a b", "ab"), ("\u{430}", "a")] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in any::<String>()) {
            let key = fold(&text);
            assert_eq!(fold(&key), key);
            assert_eq!(fold(&text.to_lowercase()), key);
        }

        #[test]
        fn ascii_is_only_put_in_lower_case(text in "[ -~]*") {
            assert_eq!(fold_part(&text), text.to_lowercase());
        }
    }
}
