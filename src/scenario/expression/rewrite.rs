//! Rewrites an expression of a spreadsheet, of NetLogo or of a programming language in the notation
//! of this language.
//!
//! The whole expression is rewritten, so that one message about it shows what to write. Operators
//! alone have messages of their own and are rewritten only together with something else.

use super::super::other_tools::{decimal_points, number};
use super::foreign::{hint_for_condition, operator, percentage};
use super::rewrite_call::{Callee, Notation, call};
use super::syntax::{Expression, ExpressionNode, ParseError, TextSpan};
use crate::scenario::vocabulary::FUNCTIONS;

/// Maximum length of an expression that is rewritten \[bytes\].
const MAX_BYTES: usize = 400;

/// A rewritten expression with the first notation that was foreign.
pub(super) struct Rewritten {
    /// The expression in the notation of this language.
    pub text: String,
    /// The error about the expression as it was.
    pub error: ParseError,
}

/// Rewrites an expression; `None` if nothing but operators is foreign, or if it is not understood.
pub(super) fn rewritten(text: &str) -> Option<Rewritten> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut notes: Vec<(Notation, TextSpan)> = Vec::new();
    let start = text.len() - text.trim_start().len();
    let mut rest = text.trim();
    if rest.starts_with('=') && !rest.starts_with("==") {
        notes.push((Notation::LeadingEquals, start..start + 1));
        rest = rest[1..].trim_start();
    }
    let is_import = rest.starts_with("import ") || rest.starts_with("from ");
    if let Some(at) = rest.find([';', '\n']).filter(|_| is_import) {
        notes.push((Notation::Import, start..start + at));
        rest = rest[at + 1..].trim_start();
    }
    let from = text.len() - text.trim_end().len();
    let offset = text.len() - from - rest.len();
    if let Some(before) = rest.strip_suffix(';') {
        notes.push((
            Notation::Semicolon,
            offset + before.len()..offset + rest.len(),
        ));
        rest = before.trim_end();
    }
    // A decimal comma goes with semicolons between arguments.
    let pointed = match rest.contains(';') {
        true => decimal_points(rest),
        false => rest.to_owned(),
    };
    let mut rewriter = Rewriter {
        pieces: pieces(&pointed),
        at: 0,
        offset,
        notes,
    };
    let new = rewriter.sequence(&[])?;
    let new = new.split_whitespace().collect::<Vec<_>>().join(" ");
    let error = error(&rewriter.notes, &new, text)?;
    Some(Rewritten { text: new, error })
}

/// The error about an expression with these notations, which should read `new`.
fn error(notes: &[(Notation, TextSpan)], new: &str, text: &str) -> Option<ParseError> {
    let (first, span) = notes.first()?;
    let is_only = notes.iter().all(|(note, _)| note == first);
    let written = &text[span.clone()];
    let (code, message, instruction) = match first {
        Notation::LeadingEquals => (
            "unexpected-character",
            "unexpected `=` at the beginning".to_owned(),
            "remove the `=`: ".to_owned(),
        ),
        Notation::Import => (
            "unexpected-statement",
            "an expression has no statements".to_owned(),
            "remove the import: ".to_owned(),
        ),
        Notation::Module(path) => (
            "unexpected-path",
            format!("`{written}` is not a name"),
            format!("remove `{path}`: "),
        ),
        Notation::Logic(name) => (
            "unexpected-word",
            format!("`{name}` is no function: it stands between two conditions or before one"),
            String::new(),
        ),
        Notation::Conditional => (
            "unexpected-conditional",
            "this conditional is written as in another language".to_owned(),
            String::new(),
        ),
        Notation::Semicolon => (
            "unexpected-character",
            "unexpected `;`".to_owned(),
            match text.trim_end().ends_with(';') {
                true => "remove it: ".to_owned(),
                false => "separate arguments with commas: ".to_owned(),
            },
        ),
        Notation::Function(name) => (
            "unknown-function",
            format!("unknown function `{name}`"),
            String::new(),
        ),
    };
    let instruction = if is_only { &*instruction } else { "" };
    let hint = hint_for_condition(new).filter(|_| notes.iter().any(|(one, _)| is_conditional(one)));
    let hint = hint.unwrap_or_else(|| format!("{instruction}write `{new}`"));
    Some(ParseError::new(code, span.clone(), message).hint(hint))
}

fn is_conditional(notation: &Notation) -> bool {
    *notation == Notation::Conditional
}

/// Whether an expression calls a function that this language does not have.
pub(super) fn has_unknown_call(expression: &Expression) -> bool {
    let mut stack = vec![expression];
    while let Some(one) = stack.pop() {
        match &one.node {
            ExpressionNode::Negate(a) | ExpressionNode::Not(a) => stack.push(a),
            ExpressionNode::Binary(_, a, b) => stack.extend([&**a, &**b]),
            ExpressionNode::Call {
                name, arguments, ..
            } => {
                if !FUNCTIONS.iter().any(|known| known.name == name) {
                    return true;
                }
                stack.extend(arguments);
            }
            _ => {}
        }
    }
    false
}

/// A part of an expression with its first byte.
#[derive(Clone, Debug)]
struct Piece<'t> {
    at: usize,
    text: &'t str,
    kind: PieceKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum PieceKind {
    Space,
    /// A name with its path.
    Word,
    /// A number; its percent sign is a part of it.
    Number,
    /// An operator, a bracket, a separator or a string.
    Symbol,
}

/// Splits an expression into pieces.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length_of = |is_part: &dyn Fn(char) -> bool| {
            let end = rest.find(|c: char| !is_part(c));
            end.unwrap_or(rest.len())
        };
        let is_digit_after =
            |c: char| c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        let (kind, length) = if first.is_whitespace() {
            (PieceKind::Space, length_of(&char::is_whitespace))
        } else if rest
            .get(..12)
            .is_some_and(|word| word.eq_ignore_ascii_case("ifelse-value"))
        {
            (PieceKind::Word, "ifelse-value".len())
        } else if first.is_alphabetic() || first == '_' {
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            (PieceKind::Word, length_of(&is_part))
        } else if first.is_ascii_digit() || is_digit_after(first) {
            let digits = length_of(&|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'));
            let is_exponent = rest[..digits].ends_with(['e', 'E']);
            let signed = match is_exponent && rest[digits..].starts_with(['+', '-']) {
                true => {
                    let after = &rest[digits + 1..];
                    1 + after
                        .find(|c: char| !c.is_ascii_digit())
                        .unwrap_or(after.len())
                }
                false => 0,
            };
            let length = digits + signed;
            (
                PieceKind::Number,
                length + percentage(&rest[length..]).unwrap_or(0),
            )
        } else if matches!(first, '"' | '\'') {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
            (PieceKind::Symbol, end)
        } else if let Some((symbol, _)) = operator(rest) {
            let is_own = ["<=", ">=", "==", "!="]
                .iter()
                .any(|own| rest.starts_with(own) && symbol.len() <= own.len());
            (PieceKind::Symbol, if is_own { 2 } else { symbol.len() })
        } else if ["<=", ">=", "=="].iter().any(|own| rest.starts_with(own))
            || rest.starts_with("!=")
        {
            (PieceKind::Symbol, 2)
        } else {
            (PieceKind::Symbol, first.len_utf8())
        };
        all.push(Piece {
            at,
            text: &text[at..at + length],
            kind,
        });
        at += length;
    }
    all
}

struct Rewriter<'t> {
    pieces: Vec<Piece<'t>>,
    at: usize,
    /// The byte of the whole text at which the pieces begin.
    offset: usize,
    notes: Vec<(Notation, TextSpan)>,
}

impl<'t> Rewriter<'t> {
    /// The next piece that is not a space, from a piece on.
    fn next_after(&self, at: usize) -> Option<&Piece<'t>> {
        let mut rest = self.pieces[at.min(self.pieces.len())..].iter();
        rest.find(|piece| piece.kind != PieceKind::Space)
    }

    /// Rewrites up to one of these symbols, which is not consumed; `None` if it is missing.
    fn sequence(&mut self, ends: &[&str]) -> Option<String> {
        let mut new = String::new();
        while let Some(piece) = self.pieces.get(self.at).cloned() {
            if piece.kind == PieceKind::Symbol && ends.contains(&piece.text) {
                return Some(new);
            }
            self.at += 1;
            match piece.kind {
                PieceKind::Space => new.push_str(piece.text),
                PieceKind::Number if piece.text.ends_with(['%', '％']) => {
                    new.push_str(&number(&piece.text.replace('％', "%"))?);
                }
                PieceKind::Number => new.push_str(piece.text),
                PieceKind::Word => self.word(&piece, &mut new)?,
                PieceKind::Symbol if piece.text == "(" => {
                    new.push('(');
                    new.push_str(&self.sequence(&[")"])?);
                    self.at += 1;
                    new.push(')');
                }
                PieceKind::Symbol => match operator(piece.text) {
                    Some((symbol, operator))
                        if symbol == piece.text && symbol != operator.symbol() =>
                    {
                        let is_word = operator.symbol().starts_with(|c: char| c.is_alphabetic());
                        let space = if is_word { " " } else { "" };
                        new.push_str(&format!("{space}{}{space}", operator.symbol()));
                    }
                    _ => new.push_str(piece.text),
                },
            }
        }
        ends.is_empty().then_some(new)
    }

    /// Rewrites a word, with its arguments if it is called.
    fn word(&mut self, word: &Piece<'t>, new: &mut String) -> Option<()> {
        let lower = word.text.to_ascii_lowercase();
        let place = self.offset + word.at..self.offset + word.at + word.text.len();
        let is_called = self
            .next_after(self.at)
            .is_some_and(|next| next.text == "(");
        let begins = new.trim_end();
        let begins_operand = begins.is_empty()
            || begins.ends_with(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ')' | '\'')))
            || [" and", " or", "not"]
                .iter()
                .any(|end| begins.ends_with(end))
            || matches!(begins, "and" | "or");
        let has_branches = self.pieces[self.at..].iter().any(|piece| piece.text == "[");
        if matches!(&*lower, "ifelse-value" | "ifelse" | "if-else") && has_branches {
            self.notes.push((Notation::Conditional, place));
            new.push_str(&self.branches()?);
            return Some(());
        }
        if is_called && begins_operand {
            let callee = Callee {
                written: word.text,
                place,
            };
            let (arguments, has_semicolons) = self.arguments()?;
            if has_semicolons
                && !self
                    .notes
                    .iter()
                    .any(|(one, _)| *one == Notation::Semicolon)
            {
                let is_conditional = lower == "if";
                let notation = match is_conditional {
                    true => Notation::Conditional,
                    false => Notation::Semicolon,
                };
                self.notes.push((notation, callee.place.clone()));
            }
            let is_after_operator = !begins.is_empty() && !begins.ends_with(['(', ',']);
            let next = self.next_after(self.at).map(|piece| piece.text);
            let is_before_operator =
                next.is_some_and(|next| !matches!(next, ")" | "," | ";" | "]" | "["));
            let is_operand = is_after_operator || is_before_operator;
            let n_before = self.notes.len();
            new.push_str(&call(&callee, &arguments, is_operand, &mut self.notes));
            // What the function is called says more than what separates its arguments.
            if has_semicolons && self.notes.len() > n_before {
                self.notes
                    .retain(|(one, at)| *one != Notation::Semicolon || *at != callee.place);
            }
            return Some(());
        }
        match (&*lower, word.text) {
            ("and" | "or" | "not" | "true" | "false", _) => new.push_str(&lower),
            ("math.pi" | "np.pi" | "numpy.pi", _) => {
                let path = word.text[..word.text.len() - 2].to_owned();
                self.notes.push((Notation::Module(path), place));
                new.push_str("3.14159");
            }
            (_, written) => new.push_str(written),
        }
        Some(())
    }

    /// The arguments of a call, whose opening parenthesis comes next, and whether semicolons separate
    /// them.
    fn arguments(&mut self) -> Option<(Vec<String>, bool)> {
        while self.pieces.get(self.at)?.text != "(" {
            self.at += 1;
        }
        self.at += 1;
        let (mut all, mut has_semicolons) = (Vec::new(), false);
        loop {
            let argument = self.sequence(&[",", ";", ")"])?;
            let end = self.pieces.get(self.at)?.text;
            self.at += 1;
            if !(end == ")" && all.is_empty() && argument.trim().is_empty()) {
                all.push(argument);
            }
            match end {
                ")" => return Some((all, has_semicolons)),
                _ => has_semicolons |= end == ";",
            }
        }
    }

    /// The condition and the two branches in square brackets, as a call of `if`.
    fn branches(&mut self) -> Option<String> {
        let condition = self.sequence(&["["])?;
        let mut parts = vec![without_parentheses(condition.trim()).to_owned()];
        for _ in 0..2 {
            while self.pieces.get(self.at)?.kind == PieceKind::Space {
                self.at += 1;
            }
            (self.pieces.get(self.at)?.text == "[").then_some(())?;
            self.at += 1;
            let branch = self.sequence(&["]"])?;
            self.at += 1;
            let branch = branch.trim();
            let value = branch.strip_prefix("report ").unwrap_or(branch).trim();
            parts.push(value.to_owned());
        }
        let is_complete = parts.iter().all(|part| !part.is_empty());
        is_complete.then(|| format!("if({})", parts.join(", ")))
    }
}

/// The text without the parentheses around it.
fn without_parentheses(text: &str) -> &str {
    let inner = text.strip_prefix('(').and_then(|one| one.strip_suffix(')'));
    let Some(inner) = inner else {
        return text;
    };
    let mut depth = 0_i32;
    let is_whole = inner.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    if is_whole { inner.trim() } else { text }
}
