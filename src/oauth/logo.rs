//! The picture of a client: uploaded, never fetched. What it is, its first bytes say, whatever its name says.

/// Most bytes of a logo.
pub const MOST_LOGO_BYTES: usize = 48 * 1024;

/// Most pixels of a logo, each way.
const MOST_PIXELS: usize = 2_048;

/// Why a file is no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoRefusal {
    /// No file, or an empty one.
    Missing,
    /// Too many bytes.
    TooLarge,
    /// Neither PNG nor JPEG nor WebP. SVG is none of them: it can hold scripts.
    Format,
    /// Cut short, or so many pixels that showing it would take a browser's memory.
    Dimensions,
}

impl LogoRefusal {
    /// What to do about it.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "Choose a picture.",
            Self::TooLarge => "The picture must be 48 KB or smaller.",
            Self::Format => "The picture must be a PNG, JPEG or WebP file.",
            Self::Dimensions => "The picture must be whole, and 2048 pixels wide and high or smaller.",
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
    let kind = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => return Err(LogoRefusal::Format),
    };
    // A few bytes can say that they are a picture of gigabytes.
    match imagesize::blob_size(bytes) {
        Ok(size) if (1..=MOST_PIXELS).contains(&size.width) && (1..=MOST_PIXELS).contains(&size.height) => Ok(kind),
        _ => Err(LogoRefusal::Dimensions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &size, b"\x08\x06\0\0\0"].concat()
    }

    #[test]
    fn a_logo_is_what_its_first_bytes_say() {
        let large = vec![0xff; MOST_LOGO_BYTES + 1];
        let rows: &[(&[u8], Result<&str, LogoRefusal>)] = &[
            (&png(64, 2_048), Ok("image/png")),
            (&png(2_049, 64), Err(LogoRefusal::Dimensions)),
            (&png(60_000, 60_000), Err(LogoRefusal::Dimensions)),
            (&png(0, 64), Err(LogoRefusal::Dimensions)),
            (b"\x89PNG\r\n\x1a\n....", Err(LogoRefusal::Dimensions)),
            (b"\xff\xd8\xff\xe0....", Err(LogoRefusal::Dimensions)),
            (b"\xff\xd8\xff\xc0\0\x11\x08\0\x20\0\x10\x03\x01\x22\0\x02\x11\x01\x03\x11\x01", Ok("image/jpeg")),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Err(LogoRefusal::Dimensions)),
            (b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0", Ok("image/webp")),
            (b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\0\x1f\0\0", Err(LogoRefusal::Dimensions)),
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
