//! Decodes the bytes of a table: UTF-8, or UTF-16 with a byte-order mark.

use std::borrow::Cow;

/// What to do about a file in another encoding.
const SAVE_AS_UTF8: &str =
    "save the file as CSV in UTF-8 (in Excel: \"CSV UTF-8\"; in LibreOffice: character set UTF-8)";

/// Decodes a file to text without its byte-order mark.
///
/// # Errors
/// If it is not text in one of these encodings: the line, from 1, and the problem.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, String)> {
    if let Some(format) = workbook(bytes) {
        let problem = format!("the file is {format}, not text: {SAVE_AS_UTF8}");
        return Err((1, problem));
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(utf8(rest)?),
        _ => Cow::Borrowed(utf8(bytes)?),
    };
    match text.find('\0') {
        None => Ok(text),
        Some(at) => {
            let problem = format!(
                "the file contains NUL characters, as UTF-16 text without a byte-order mark does: {SAVE_AS_UTF8}"
            );
            Err((line_at(&text.as_bytes()[..at]), problem))
        }
    }
}

/// The format of a file that spreadsheets open but that is not text.
fn workbook(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        Some("a workbook (.xlsx, .ods or .numbers)")
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        Some("a workbook (.xls)")
    } else {
        None
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, (u64, String)> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let line = line_at(&bytes[..at]);
    if bytes.contains(&0) {
        let problem = format!("the file is neither UTF-8 nor UTF-16 text: {SAVE_AS_UTF8}");
        return Err((line, problem));
    }
    let byte = bytes[at];
    // From 0xA0 on, Windows-1252 and ISO 8859-1 agree with Unicode.
    let meaning = if byte >= 0xa0 {
        format!(" (in Windows-1252: `{}`)", char::from(byte))
    } else {
        String::new()
    };
    let problem = format!(
        "the text is not UTF-8: it contains the byte 0x{byte:02X}{meaning}: {SAVE_AS_UTF8}"
    );
    Err((line, problem))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, (u64, String)> {
    let units = bytes.chunks_exact(2);
    let is_whole = units.remainder().is_empty();
    let units: Vec<u16> = units.map(|pair| unit([pair[0], pair[1]])).collect();
    match String::from_utf16(&units) {
        Ok(text) if is_whole => Ok(text),
        _ => {
            let problem = format!("the file is damaged UTF-16 text: {SAVE_AS_UTF8}");
            Err((1, problem))
        }
    }
}

/// The line, from 1, of the byte after these. A line ends with LF, CR LF or CR.
fn line_at(before: &[u8]) -> u64 {
    1 + line_breaks(before)
}

/// Number of line ends: LF, CR LF or CR.
pub(super) fn line_breaks(bytes: &[u8]) -> u64 {
    let lone = |(at, &byte): (usize, &u8)| {
        byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')
    };
    bytes.iter().enumerate().filter(|&one| lone(one)).count() as u64
}
