//! What may be asked, and how a find is shown.

mod operators;
mod spelling;

pub(crate) use spelling::Reading;

use chassis::Caller;
use events::AccountId;
use utoipa::ToSchema;

/// Whose eyes a search is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewer {
    pub(crate) account: Option<AccountId>,
    pub(crate) is_moderator: bool,
}

impl From<&Caller> for Viewer {
    fn from(caller: &Caller) -> Self {
        Self {
            account: caller.account(),
            is_moderator: caller.is_moderator(),
        }
    }
}

/// What is searched for: 1 to 200 characters, trimmed, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words(String);

impl Words {
    const MAX: usize = 200;

    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Say what to search for");
        }
        if text.chars().count() > Self::MAX {
            return Err("Search for at most 200 characters");
        }
        if text
            .chars()
            .any(|letter| letter.is_control() || letter == char::REPLACEMENT_CHARACTER)
        {
            return Err("A search must be readable text, in UTF-8");
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As the database is asked; empty, which finds nothing, where there is nothing to forgive.
    pub(crate) fn read(&self, reading: Reading) -> String {
        let said = operators::kept(&self.0);
        match reading {
            Reading::Typed => said,
            Reading::Forgiving => spelling::forgiving(&said).unwrap_or_default(),
        }
    }

    /// The same as the beginning of a name: people write `@` before user names.
    pub(crate) fn as_name(&self) -> &str {
        match self.0.strip_prefix('@') {
            Some(name) if !name.trim().is_empty() => name.trim(),
            _ => &self.0,
        }
    }
}

/// A tag as posts carry it: lower case, without `#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag(String);

impl Tag {
    const MAX: usize = 100;

    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().trim_start_matches('#').to_lowercase();
        if text.is_empty() || text.chars().count() > Self::MAX || text.chars().any(char::is_control) {
            return Err("A tag has 1 to 100 characters");
        }
        Ok(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What kind of thing is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum Section {
    Users,
    Posts,
    Credits,
}

impl Section {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "users" | "people" => Ok(Self::Users),
            "posts" => Ok(Self::Posts),
            "credits" => Ok(Self::Credits),
            _ => Err("Type must be users, posts or credits"),
        }
    }
}

/// Stands before what was found, in text that comes from the database.
pub(crate) const MARK_BEGIN: char = '\u{1}';
/// Stands after it.
pub(crate) const MARK_END: char = '\u{2}';
/// Stands for `<`, which the database's parser would take for the beginning of a tag.
pub(crate) const LESS_THAN: char = '\u{3}';
/// Stands for `>`.
pub(crate) const GREATER_THAN: char = '\u{4}';

/// An excerpt as HTML: people's words escaped, and around what was found `<mark>`, the only tag there is.
pub(crate) fn excerpt(marked: &str) -> String {
    let mut html = String::with_capacity(marked.len() + 32);
    let mut is_open = false;
    for letter in marked.chars() {
        match letter {
            MARK_BEGIN if !is_open => {
                is_open = true;
                html.push_str("<mark>");
            }
            MARK_END if is_open => {
                is_open = false;
                html.push_str("</mark>");
            }
            MARK_BEGIN | MARK_END => {}
            '<' | LESS_THAN => html.push_str("&lt;"),
            '>' | GREATER_THAN => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    if is_open {
        html.push_str("</mark>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_a_few_words() {
        assert_eq!(Words::parse("  narrator "), Ok(Words("narrator".into())));
        assert_eq!(Words::parse("@ana").unwrap().as_name(), "ana");
        assert_eq!(Words::parse("@").unwrap().as_name(), "@");
        for bad in ["", " \t ", "a\u{7}b", "a\u{fffd}", &"x".repeat(201)] {
            assert!(Words::parse(bad).is_err(), "{bad:?}");
        }
        assert!(
            Words::parse(&"ü".repeat(200)).is_ok(),
            "characters are counted, not bytes"
        );
    }

    #[test]
    fn a_tag_is_written_with_or_without_its_sign() {
        assert_eq!(Tag::parse("#AudioBook").unwrap().as_str(), "audiobook");
        assert!(Tag::parse("#").is_err());
    }

    #[test]
    fn an_excerpt_has_no_markup_but_marks() {
        assert_eq!(
            excerpt("\u{3}b\u{4} & \u{1}\"rain\"\u{2} it's <i>"),
            "&lt;b&gt; &amp; <mark>&quot;rain&quot;</mark> it&#39;s &lt;i&gt;"
        );
        assert_eq!(
            excerpt("\u{2}\u{1}\u{1}rain"),
            "<mark>rain</mark>",
            "marks are always in pairs"
        );
    }
}
