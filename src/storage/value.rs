//! What may be bound to a statement.

use crate::oauth::{ClientId, GrantId, KeyId, RoleId, SessionId, TenantId, TokenHash, UnixTime, UserId};

/// A parameter. NULL is typed, because PostgreSQL wants to know what there is none of.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Truth(bool),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty, $value:ident => $into:expr);+ $(;)?) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )+};
}

value_from! {
    &str, text => Self::Text(Some(text.to_owned()));
    &String, text => Self::Text(Some(text.clone()));
    String, text => Self::Text(Some(text));
    Option<&str>, text => Self::Text(text.map(ToOwned::to_owned));
    Option<String>, text => Self::Text(text);
    &Option<String>, text => Self::Text(text.clone());
    i64, number => Self::Number(Some(number));
    i32, number => Self::Number(Some(i64::from(number)));
    u32, number => Self::Number(Some(i64::from(number)));
    Option<i64>, number => Self::Number(number);
    UnixTime, time => Self::Number(Some(time.0));
    Option<UnixTime>, time => Self::Number(time.map(|time| time.0));
    bool, truth => Self::Truth(truth);
    Vec<u8>, bytes => Self::Bytes(bytes);
    &[u8], bytes => Self::Bytes(bytes.to_vec());
    &TokenHash, hash => Self::Bytes(hash.0.to_vec());
    &TenantId, id => Self::from(id.as_str());
    &UserId, id => Self::from(id.as_str());
    &ClientId, id => Self::from(id.as_str());
    &RoleId, id => Self::from(id.as_str());
    &KeyId, id => Self::from(id.as_str());
    &GrantId, id => Self::from(id.as_str());
    &SessionId, id => Self::from(id.as_str());
}
