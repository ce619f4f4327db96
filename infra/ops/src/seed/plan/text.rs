//! Fills the blanks of a sentence.

use super::dice::Dice;
use super::words::{CITIES, STUDIOS, TITLE_HEADS, TITLE_TAILS};

/// The title of a work that nobody has made yet.
pub(super) fn work_title(dice: &mut Dice) -> String {
    let head = dice.word(TITLE_HEADS);
    let tail = dice.word(TITLE_TAILS);
    if dice.percent(70) {
        format!("The {head} {tail}")
    } else {
        format!("{head} {tail}")
    }
}

/// `template` with `{work}`, `{studio}` and `{city}` filled in.
pub(super) fn fill(template: &str, dice: &mut Dice) -> String {
    let mut text = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((blank, behind)) = after.split_once('}') else {
            rest = after;
            break;
        };
        match blank {
            "work" => text.push_str(&work_title(dice)),
            "studio" => text.push_str(dice.word(STUDIOS)),
            _ => text.push_str(dice.word(CITIES)),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}
