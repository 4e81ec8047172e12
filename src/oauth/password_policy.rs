//! Which passwords may be set. Length counts, and not being the first guess; no rules of composition (NIST SP 800-63B 3.1.1).

use std::ops::Range;

/// The name of this product: whoever guesses tries it first.
const PRODUCT: &str = "portcullis";

/// The most that is ever hashed, in bytes.
const LONGEST: usize = 1_024;

/// A password made of so many common pieces, or fewer, is among the first guesses.
const FEW: usize = 3;

/// Common passwords and the words that they are made of, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// Words that add nothing to a password.
const FILLERS: [&str; 14] = ["a", "an", "and", "for", "i", "is", "it", "my", "new", "of", "our", "the", "this", "your"];

/// Rows that fingers walk along, in either direction.
const WALKS: [&str; 11] = [
    "abcdefghijklmnopqrstuvwxyz",
    "12345678901234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()_+",
];

/// Why a password is refused. The text is for the person who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer characters than required.
    #[error("Password must be {0} characters or more. Use four or more words, or let your password manager make one.")]
    TooShort(usize),
    /// More than 1,024 bytes.
    #[error("Password must be 1,024 bytes or fewer.")]
    TooLong,
    /// The e-mail address, or the part before the @.
    #[error("Password must not be your e-mail address. Use four or more words, or let your password manager make one.")]
    IsEmail,
    /// The person's name.
    #[error("Password must not be your name. Use four or more words, or let your password manager make one.")]
    IsName,
    /// The name of this product.
    #[error(
        "Password must not be the name of this product. Use four or more words, or let your password manager make one."
    )]
    IsProduct,
    /// A common one, or a few common pieces in a row.
    #[error(
        "Password is one of the first that others would try. Use four or more words, or let your password manager make one."
    )]
    TooCommon,
}

/// Whether this password may be set. `email` and `name` are those of its owner (empty if there is none); `min_length` is in
/// characters: 15 if the password is the only factor, 8 beside a second one.
pub fn password_policy(password: &str, email: &str, name: &str, min_length: usize) -> Result<(), PasswordRefusal> {
    if password.len() > LONGEST {
        return Err(PasswordRefusal::TooLong);
    }
    if password.chars().count() < min_length {
        return Err(PasswordRefusal::TooShort(min_length));
    }
    let local = email.split('@').next().unwrap_or_default();
    let bare = folded(password);
    let core = bare.trim_matches(|c: char| c.is_ascii_digit());
    for (text, refusal) in [
        (email, PasswordRefusal::IsEmail),
        (local, PasswordRefusal::IsEmail),
        (name, PasswordRefusal::IsName),
        (PRODUCT, PasswordRefusal::IsProduct),
    ] {
        let text = folded(text);
        if !text.is_empty() && (repeats(&bare, &text) || repeats(core, &text)) {
            return Err(refusal);
        }
    }
    let own: Vec<String> = [email, name]
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(folded)
        .filter(|word| word.chars().count() >= 3)
        .collect();
    let lettered = folded(&password.replace('@', "a").replace('$', "s"));
    let readings = [password.to_lowercase(), bare, unmasked(&lettered), lettered];
    if readings.iter().any(|text| is_guessable(text, &own)) { Err(PasswordRefusal::TooCommon) } else { Ok(()) }
}

/// Lower case, letters and digits alone: `P-a-s-s word!` is `password`.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Digits that stand for letters, read as letters.
fn unmasked(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether `text` is `unit`, once or many times.
fn repeats(text: &str, unit: &str) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(unit.len())
        && text.as_bytes().chunks(unit.len()).all(|c| c == unit.as_bytes())
}

/// Whether `text` is a short thing said often, or a few common pieces in a row.
fn is_guessable(text: &str, own: &[String]) -> bool {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return false;
    }
    let period = (1..=chars.len()).find(|period| chars.iter().skip(*period).eq(&chars[..chars.len() - period]));
    match period.unwrap_or(chars.len()) {
        ..=5 => true,
        period if period * 2 <= chars.len() => few_pieces(&chars[..period], own),
        _ => few_pieces(&chars, own),
    }
}

/// Whether at most [`FEW`] common pieces make up the whole text, fillers not counted.
fn few_pieces(text: &[char], own: &[String]) -> bool {
    let mut fewest: Vec<Option<usize>> = vec![None; text.len() + 1];
    fewest[0] = Some(0);
    for start in 0..text.len() {
        let Some(so_far) = fewest[start].filter(|pieces| *pieces <= FEW) else { continue };
        let mut reach = |ends: Range<usize>, cost: usize| {
            for end in ends {
                let best = fewest[end].map_or(so_far + cost, |pieces| pieces.min(so_far + cost));
                fewest[end] = Some(best);
            }
        };
        let rest = &text[start..];
        let run = rest.iter().take_while(|c| **c == rest[0]).count();
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count().min(8);
        let longest = run.max(digits).max(walk(rest));
        reach(start + 1..start + longest + 1, 1);
        for (words, cost) in [(&mut COMMON.lines() as &mut dyn Iterator<Item = &str>, 1), (&mut FILLERS.into_iter(), 0)]
        {
            for word in words.filter(|word| begins_with(rest, word)) {
                reach(start + word.len()..start + word.len() + 1, cost);
            }
        }
        for word in own.iter().filter(|word| begins_with(rest, word)) {
            let end = start + word.chars().count();
            reach(end..end + 1, 1);
        }
    }
    fewest[text.len()].is_some_and(|pieces| pieces <= FEW)
}

fn begins_with(text: &[char], word: &str) -> bool {
    let mut text = text.iter();
    word.chars().all(|c| text.next() == Some(&c))
}

/// How far the text walks along a row, forward or back; at least three steps, else 0.
fn walk(text: &[char]) -> usize {
    let along = |row: &[char]| {
        let starts = row.iter().enumerate().filter(|(_, c)| **c == text[0]).map(|(at, _)| at);
        starts.map(|at| row[at..].iter().zip(text).take_while(|(a, b)| a == b).count()).max().unwrap_or(0)
    };
    let both = |row: &str| {
        let mut row: Vec<char> = row.chars().collect();
        let forward = along(&row);
        row.reverse();
        forward.max(along(&row))
    };
    Some(WALKS.iter().map(|row| both(row)).max().unwrap_or(0)).filter(|steps| *steps >= 3).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{COMMON, PasswordRefusal, password_policy};

    fn verdict(password: &str) -> Result<(), PasswordRefusal> {
        password_policy(password, "uma.thornton@example.com", "Uma Thornton", 15)
    }

    #[test]
    fn long_and_unlikely_is_all_it_takes() {
        for password in [
            "correct horse battery staple",
            "four words are enough here",
            "purple monkey dishwasher",
            "fxq8Zk2mWv9rTb4",
            "пароль из четырёх слов",
            "我的狗喜欢在月光下散步吃苹果喝水",
            "uma likes to swim at dawn",
            "it rained on my birthday in 1987",
            &"ab3k9zq".repeat(146),
        ] {
            assert_eq!(verdict(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_capped_in_bytes() {
        assert_eq!(verdict("fxq8Zk2mWv9rTb"), Err(PasswordRefusal::TooShort(15)));
        assert_eq!(verdict(""), Err(PasswordRefusal::TooShort(15)));
        assert_eq!(verdict("éüöäßñçéüöäßñç"), Err(PasswordRefusal::TooShort(15)));
        assert_eq!(password_policy("fxq8Zk2m", "", "", 8), Ok(()));
        assert_eq!(verdict(&"fxq8Zk2mWv9rTb4!".repeat(64)), Ok(()));
        assert_eq!(verdict(&format!("{}x", "fxq8Zk2mWv9rTb4!".repeat(64))), Err(PasswordRefusal::TooLong));
        assert_eq!(verdict(&"é".repeat(600)), Err(PasswordRefusal::TooLong));
    }

    #[test]
    fn the_owner_and_the_product_are_no_passwords() {
        for (password, refusal) in [
            ("uma.thornton@example.com", PasswordRefusal::IsEmail),
            ("UMA.Thornton@Example.Com", PasswordRefusal::IsEmail),
            ("uma.thornton1234", PasswordRefusal::IsEmail),
            ("umathorntonumathornton", PasswordRefusal::IsEmail),
            ("Portcullis 2027!", PasswordRefusal::IsProduct),
            ("portcullisportcullis", PasswordRefusal::IsProduct),
            ("thornton12345678", PasswordRefusal::TooCommon),
            ("Thornton Password 1", PasswordRefusal::TooCommon),
        ] {
            assert_eq!(verdict(password), Err(refusal), "{password}");
        }
        let named = password_policy("Alexandra Petrovna", "ap@example.com", "Alexandra Petrovna", 15);
        assert_eq!(named, Err(PasswordRefusal::IsName));
    }

    #[test]
    fn the_first_guesses_are_refused_however_long_they_are() {
        for password in [
            "aaaaaaaaaaaaaaa",
            "111111111111111",
            "!!!!!!!!!!!!!!!!",
            "               ",
            "abcabcabcabcabc",
            "abcdefghijklmnop",
            "123456789012345",
            "1234567890123456",
            "987654321098765",
            "passwordpassword",
            "Password Password",
            "passwordpasswordpass",
            "P@ssword12345678",
            "p4ssw0rdp4ssw0rd",
            "Passw0rd!Passw0rd!",
            "p-a-s-s-w-o-r-d-1-2-3",
            "qwertyuiop12345",
            "qwertyuiopasdfgh",
            "qwertyuiopasdfghjklzxcvbnm",
            "1qaz2wsx3edc4rfv",
            "1q2w3e4r5t6y7u8i",
            "poiuytrewqlkjhg",
            "!@#$%^&*()_+!@#$",
            "letmeinletmein1",
            "letmein12345678",
            "iloveyou1234567",
            "Welcome2Welcome2",
            "Administrator2027",
            "thisismypassword",
            "MyNewPassword2027!",
            "thequickbrownfox",
            "maytheforcebewithyou",
            "sunshinemonkeydragon",
            "31121999password",
        ] {
            assert_eq!(verdict(password), Err(PasswordRefusal::TooCommon), "{password}");
        }
    }

    #[test]
    fn with_a_second_factor_the_short_list_holds_too() {
        for password in ["password", "iloveyou", "trustno1", "12345678", "qwertyui", "P@ssw0rd", "admin123"] {
            assert_eq!(password_policy(password, "", "", 8), Err(PasswordRefusal::TooCommon), "{password}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_folded() {
        let words: Vec<_> = COMMON.lines().collect();
        assert!(words.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(words.iter().all(|word| super::folded(word) == **word && word.is_ascii() && word.len() >= 3));
    }

    #[test]
    fn a_refusal_says_what_is_needed() {
        let text = PasswordRefusal::TooShort(15).to_string();
        assert!(text.starts_with("Password must be 15 characters or more."), "{text}");
    }
}
