//! Who lives in the network: accounts, profiles, credits, education and links.

use std::collections::HashSet;

use serde::Serialize;

use super::crafts::{Craft, Vocabulary};
use super::dice::{Dice, digest};
use super::text::{fill, work_title};
use super::words::{CITIES, FAMILY, GIVEN, PLATFORMS, SCHOOLS, STUDIOS};

/// The body of `POST /auth/signup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::seed) struct Account {
    pub(in crate::seed) email: String,
    pub(in crate::seed) password: String,
    pub(in crate::seed) username: String,
    pub(in crate::seed) display_name: String,
}

/// The body of `PATCH /users/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::seed) struct Profile {
    pub(in crate::seed) bio: String,
    pub(in crate::seed) title: String,
    pub(in crate::seed) location: String,
    pub(in crate::seed) pronouns: &'static str,
    pub(in crate::seed) theme: &'static str,
    pub(in crate::seed) roles: Vec<String>,
    pub(in crate::seed) skills: Vec<String>,
    pub(in crate::seed) is_onboarded: bool,
}

/// The body of `POST /users/me/credits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::seed) struct Credit {
    pub(in crate::seed) title: String,
    pub(in crate::seed) role: String,
    pub(in crate::seed) company: String,
    pub(in crate::seed) year: usize,
}

/// The body of `POST /users/me/education`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::seed) struct Education {
    pub(in crate::seed) institution: String,
    pub(in crate::seed) degree: String,
    pub(in crate::seed) field: String,
    pub(in crate::seed) start_year: usize,
    pub(in crate::seed) end_year: usize,
}

/// The body of `POST /users/me/links`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::seed) struct Link {
    pub(in crate::seed) platform: String,
    pub(in crate::seed) url: String,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::seed) struct Person {
    pub(super) craft: Craft,
    /// How much others look at this person: the weight in every choice of whom to follow and who posts.
    pub(super) fame: u64,
    pub(in crate::seed) account: Account,
    pub(in crate::seed) profile: Profile,
    pub(in crate::seed) credits: Vec<Credit>,
    pub(in crate::seed) education: Vec<Education>,
    pub(in crate::seed) links: Vec<Link>,
}

/// The first `members` people of `seed`; asking for more adds at the end and changes nobody.
pub(super) fn people(seed: u64, members: usize) -> Vec<Person> {
    let mut taken = HashSet::new();
    (0..members)
        .map(|index| person(seed, index, &mut taken))
        .collect()
}

fn person(seed: u64, index: usize, taken: &mut HashSet<String>) -> Person {
    let mut dice = Dice::new(seed, "person", index);
    let craft = Craft::of(dice.below(100));
    let words = craft.vocabulary();
    let (given, given_ascii, pronouns) = pick(GIVEN, &mut dice);
    let (family, family_ascii) = pick(FAMILY, &mut dice);
    let username = username(given_ascii, family_ascii, words.nick, &mut dice, taken);
    let location = dice.word(CITIES).to_owned();
    let profile = Profile {
        bio: fill(dice.word(words.bios), &mut dice),
        title: dice.word(words.titles).to_owned(),
        location,
        pronouns,
        theme: if dice.percent(60) { "dark" } else { "light" },
        roles: roles(words, &mut dice),
        skills: {
            let count = dice.between(2, 6);
            dice.words(words.skills, count)
        },
        is_onboarded: true,
    };
    Person {
        craft,
        fame: dice.fame(),
        credits: credits(words, &mut dice),
        education: education(words, &mut dice),
        links: links(&username, &mut dice),
        profile,
        account: Account {
            email: format!("{username}@example.org"),
            password: password(seed, index),
            display_name: format!("{given} {family}"),
            username,
        },
    }
}

/// A password that only those who know the seed can derive, so that none stands in the code.
fn password(seed: u64, index: usize) -> String {
    let secret = digest(&format!("valine seed/{seed}/password/{index}"));
    secret.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// Ends in digits that differ from seed to seed, so that two seeds can live in one network.
fn username(given: &str, family: &str, nick: &str, dice: &mut Dice, taken: &mut HashSet<String>) -> String {
    let name = match dice.index(4) {
        0 => format!("{given}_{family}"),
        1 => format!("{given}{family}"),
        2 => format!("{given}_{nick}"),
        _ => format!("{family}_{given}"),
    };
    loop {
        let number = dice.between(10, 99_999);
        let candidate = format!("{name}_{number}");
        if taken.insert(candidate.clone()) {
            return candidate;
        }
    }
}

fn roles(words: &Vocabulary, dice: &mut Dice) -> Vec<String> {
    let count = dice.between(1, 2);
    dice.words(words.roles, count)
}

fn credits(words: &Vocabulary, dice: &mut Dice) -> Vec<Credit> {
    let mut titles = HashSet::new();
    let count = dice.between(0, 5);
    (0..count)
        .filter_map(|_| {
            let credit = Credit {
                title: work_title(dice),
                role: dice.word(words.credit_roles).to_owned(),
                company: dice.word(STUDIOS).to_owned(),
                year: dice.between(2008, 2025),
            };
            titles.insert(credit.title.clone()).then_some(credit)
        })
        .collect()
}

fn education(words: &Vocabulary, dice: &mut Dice) -> Vec<Education> {
    let count = [0, 1, 1, 1, 2].get(dice.index(5)).copied().unwrap_or(1);
    dice.words(SCHOOLS, count)
        .into_iter()
        .map(|institution| {
            let start_year = dice.between(1995, 2020);
            Education {
                institution,
                degree: dice.word(words.degrees).to_owned(),
                field: dice.word(words.fields).to_owned(),
                start_year,
                end_year: start_year + dice.between(1, 4),
            }
        })
        .collect()
}

fn links(username: &str, dice: &mut Dice) -> Vec<Link> {
    let count = dice.between(0, 3);
    dice.words(PLATFORMS, count)
        .into_iter()
        .map(|platform| Link {
            url: format!("https://{platform}.example/{username}"),
            platform,
        })
        .collect()
}

fn pick<T: Copy + Default>(from: &[T], dice: &mut Dice) -> T {
    from.get(dice.index(from.len())).copied().unwrap_or_default()
}
