//! The challenge on the login page, judged by the server.
//!
//! Owns: which challenges are open and which are met; the number to be read leaves
//! the server only as strokes for a canvas, and through the control API.
//! Never: is solved by a program of ours: a test that plays the person asks the control API.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::random::Random;

const CHOICES: usize = 9;

/// Open challenges are forgotten beyond this many; a login page left open makes one.
const OPEN_MAX: usize = 1_000;

/// A challenge that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChallenge {
    /// Its id, also in the login page.
    pub id: String,
    /// The number that is drawn: the text of the right button.
    pub answer: String,
    /// The texts of the buttons.
    pub choices: Vec<String>,
    /// Whether the right button has been clicked.
    pub met: bool,
}

#[derive(Debug)]
pub(crate) struct Challenges {
    desk: Mutex<Desk>,
}

#[derive(Debug)]
struct Desk {
    random: Random,
    open: HashMap<String, OpenChallenge>,
}

/// What the page gets: lines to draw, and the texts of the buttons.
#[derive(Debug, Serialize)]
pub(crate) struct Drawing {
    strokes: Vec<[f64; 4]>,
    choices: Vec<String>,
}

impl Challenges {
    pub(crate) fn new(salt: u64) -> Self {
        let desk = Desk {
            random: Random::new(salt),
            open: HashMap::new(),
        };
        Self {
            desk: Mutex::new(desk),
        }
    }

    /// Opens a challenge and returns its id.
    pub(crate) fn open(&self) -> String {
        let mut desk = self.desk.lock().expect("no holder of this lock panics");
        if desk.open.len() >= OPEN_MAX {
            desk.open.clear();
        }
        let id = desk.random.hex();
        let mut choices: Vec<String> = Vec::new();
        while choices.len() < CHOICES {
            let number = desk.random.between(1_000, 9_999).to_string();
            if !choices.contains(&number) {
                choices.push(number);
            }
        }
        let answer = choices[desk.random.below(CHOICES)].clone();
        let challenge = OpenChallenge {
            id: id.clone(),
            answer,
            choices,
            met: false,
        };
        desk.open.insert(id.clone(), challenge);
        id
    }

    pub(crate) fn drawing(&self, id: &str) -> Option<Drawing> {
        let mut desk = self.desk.lock().expect("no holder of this lock panics");
        let challenge = desk.open.get(id)?.clone();
        let mut strokes = Vec::new();
        for (place, digit) in challenge.answer.chars().enumerate() {
            draw(digit, place, &mut desk.random, &mut strokes);
        }
        desk.random.shuffle(&mut strokes);
        Some(Drawing {
            strokes,
            choices: challenge.choices,
        })
    }

    /// Whether this answer is right. A wrong one uses the challenge up.
    pub(crate) fn answer(&self, id: &str, answer: &str) -> bool {
        let mut desk = self.desk.lock().expect("no holder of this lock panics");
        let Some(challenge) = desk.open.get_mut(id) else {
            return false;
        };
        challenge.met = challenge.answer == answer;
        let met = challenge.met;
        if !met {
            desk.open.remove(id);
        }
        met
    }

    /// Takes a challenge that is met, so that it serves one attempt only.
    pub(crate) fn take_met(&self, id: &str) -> bool {
        let mut desk = self.desk.lock().expect("no holder of this lock panics");
        let is_met = desk.open.get(id).is_some_and(|challenge| challenge.met);
        if is_met {
            desk.open.remove(id);
        }
        is_met
    }

    pub(crate) fn list(&self) -> Vec<OpenChallenge> {
        let desk = self.desk.lock().expect("no holder of this lock panics");
        desk.open.values().cloned().collect()
    }
}

/// The seven segments of a digit as shaky lines, each digit at its place.
fn draw(digit: char, place: usize, random: &mut Random, strokes: &mut Vec<[f64; 4]>) {
    const SEGMENTS: [[f64; 4]; 7] = [
        [0.0, 0.0, 20.0, 0.0],
        [20.0, 0.0, 20.0, 20.0],
        [20.0, 20.0, 20.0, 40.0],
        [0.0, 40.0, 20.0, 40.0],
        [0.0, 20.0, 0.0, 40.0],
        [0.0, 0.0, 0.0, 20.0],
        [0.0, 20.0, 20.0, 20.0],
    ];
    let lit: &[usize] = match digit {
        '0' => &[0, 1, 2, 3, 4, 5],
        '1' => &[1, 2],
        '2' => &[0, 1, 6, 4, 3],
        '3' => &[0, 1, 6, 2, 3],
        '4' => &[5, 6, 1, 2],
        '5' => &[0, 5, 6, 2, 3],
        '6' => &[0, 5, 4, 3, 2, 6],
        '7' => &[0, 1, 2],
        '8' => &[0, 1, 2, 3, 4, 5, 6],
        _ => &[0, 1, 2, 3, 5, 6],
    };
    let left = 15.0 + 38.0 * f64::from(u32::try_from(place).expect("four digits"));
    let mut shake =
        || f64::from(u32::try_from(random.below(50)).expect("below fifty")) / 10.0 - 2.5;
    for &segment in lit {
        let [x1, y1, x2, y2] = SEGMENTS[segment];
        strokes.push([
            left + x1 + shake(),
            15.0 + y1 + shake(),
            left + x2 + shake(),
            15.0 + y2 + shake(),
        ]);
    }
}
