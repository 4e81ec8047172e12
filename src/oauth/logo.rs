//! The picture of a client: uploaded, never fetched. What it is, its first bytes say, whatever its name says.

/// Most bytes of a logo.
pub const MOST_LOGO_BYTES: usize = 48 * 1024;

/// Why a file is no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoRefusal {
    /// No file, or an empty one.
    Missing,
    /// Too many bytes.
    TooLarge,
    /// Neither PNG nor JPEG nor WebP. SVG is none of them: it can hold scripts.
    Format,
}

impl LogoRefusal {
    /// What to do about it.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "Choose a picture.",
            Self::TooLarge => "The picture must be 48 KB or smaller.",
            Self::Format => "The picture must be a PNG, JPEG or WebP file.",
        }
    }
}

/// The media type of a logo.
///
/// # Errors
/// If it is none.
pub fn logo_type(bytes: &[u8]) -> Result<&'static str, LogoRefusal> {
    if bytes.is_empty() {
        return Err(LogoRefusal::Missing);
    }
    if bytes.len() > MOST_LOGO_BYTES {
        return Err(LogoRefusal::TooLarge);
    }
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok("image/png"),
        [0xff, 0xd8, 0xff, ..] => Ok("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok("image/webp"),
        _ => Err(LogoRefusal::Format),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_what_its_first_bytes_say() {
        let large = vec![0xff; MOST_LOGO_BYTES + 1];
        let rows: &[(&[u8], Result<&str, LogoRefusal>)] = &[
            (b"\x89PNG\r\n\x1a\n....", Ok("image/png")),
            (b"\xff\xd8\xff\xe0....", Ok("image/jpeg")),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Ok("image/webp")),
            (b"RIFF\x01\x02\x03\x04WAVE", Err(LogoRefusal::Format)),
            (b"GIF89a", Err(LogoRefusal::Format)),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", Err(LogoRefusal::Format)),
            (b"<html>\x89PNG", Err(LogoRefusal::Format)),
            (b"", Err(LogoRefusal::Missing)),
            (&large, Err(LogoRefusal::TooLarge)),
        ];
        for (bytes, expected) in rows {
            assert_eq!(logo_type(bytes), *expected, "{:?}", bytes.get(..8));
        }
    }
}
