//! The shapes of all identifiers, tried side by side: a bit for each.
//!
//! Character by character the shapes drop out that want a letter where a digit stands, or the other
//! way round; separator by separator those that are grouped otherwise. Nearly every number of prose
//! is left by all of them after a few characters.

use super::{IdRule, LONGEST};

/// The separators that shapes have.
const SEPARATORS: &[u8; 5] = b" -./+";

/// One way to write an identifier.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) rule: &'static IdRule,
    /// A digit, a letter or either at each place.
    classes: Vec<u8>,
    /// Separators and how many characters stand before each.
    breaks: Vec<(usize, u8)>,
}

impl Shape {
    pub(super) fn new(rule: &'static IdRule, written: &str) -> Self {
        let mut shape = Self {
            rule,
            classes: Vec::new(),
            breaks: Vec::new(),
        };
        for byte in written.bytes() {
            if matches!(byte, b'9' | b'A' | b'X') {
                shape.classes.push(byte);
            } else {
                debug_assert!(SEPARATORS.contains(&byte));
                shape.breaks.push((shape.classes.len(), byte));
            }
        }
        shape
    }

    /// The sizes of its first two groups, if both may be letters.
    fn opening(&self) -> Option<(usize, usize)> {
        let [(first, _), (second, _), ..] = *self.breaks else {
            return None;
        };
        let is_lettered = self.classes[..second].iter().all(|class| *class != b'9');
        is_lettered.then_some((first, second - first))
    }

    pub(super) fn has_digits_only(&self) -> bool {
        self.classes.iter().all(|class| *class == b'9')
    }
}

/// A set of shapes, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Set([u64; Self::WORDS]);

impl Set {
    const WORDS: usize = 3;
    const NONE: Self = Self([0; Self::WORDS]);
    const ALL: Self = Self([u64::MAX; Self::WORDS]);
    /// The most shapes that a set can hold.
    const SIZE: usize = Self::WORDS * 64;

    fn insert(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    fn contains(&self, index: usize) -> bool {
        self.0[index / 64] >> (index % 64) & 1 != 0
    }

    fn is_empty(&self) -> bool {
        self.0 == [0; Self::WORDS]
    }

    fn keep(&mut self, others: &Self) {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word &= other;
        }
    }

    fn both(mut self, others: &Self) -> Self {
        self.keep(others);
        self
    }

    /// In the order in which the shapes stand in the tables.
    fn iter(self) -> impl Iterator<Item = usize> {
        (0..).step_by(64).zip(self.0).flat_map(|(from, word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let place = rest.trailing_zeros() as usize;
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    from + place
                })
            })
        })
    }
}

/// The shapes in use, by what they want at each place.
#[derive(Debug, Clone)]
pub(super) struct Shapes {
    shapes: Vec<Shape>,
    /// Whether they, and the values they are tried on, are of digits only.
    are_numeric: bool,
    /// At index `n` those that may have a letter, and those that may have a digit, at place `n`.
    admitting: Vec<[Set; 2]>,
    /// At index `n` those with `n` characters.
    of_length: Vec<Set>,
    /// At index `n` those with each separator behind `n` characters.
    breaking: Vec<[Set; SEPARATORS.len()]>,
    /// At index `n` whether one begins with `n` letters and each separator.
    lettered: Vec<[bool; SEPARATORS.len()]>,
    /// The same with `n` digits, and a letter behind the separator.
    counted: Vec<[bool; SEPARATORS.len()]>,
    /// The sizes of the first two groups of those that begin with two groups of letters.
    openings: Vec<(usize, usize)>,
}

/// The shapes that a value may have so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    /// By its characters.
    fitting: Set,
    /// By its separators, as far as it has any.
    grouped: Set,
    len: usize,
    breaks: usize,
}

impl Shapes {
    pub(super) fn new(shapes: Vec<Shape>) -> Self {
        debug_assert!(shapes.len() <= Set::SIZE);
        let mut new = Self {
            are_numeric: shapes.iter().all(Shape::has_digits_only),
            shapes: Vec::new(),
            admitting: vec![[Set::NONE; 2]; LONGEST],
            of_length: vec![Set::NONE; LONGEST + 1],
            breaking: vec![[Set::NONE; SEPARATORS.len()]; LONGEST + 1],
            lettered: vec![[false; SEPARATORS.len()]; LONGEST + 1],
            counted: vec![[false; SEPARATORS.len()]; LONGEST + 1],
            openings: Vec::new(),
        };
        for (index, shape) in shapes.iter().enumerate().take(Set::SIZE) {
            for ([letters, digits], class) in new.admitting.iter_mut().zip(&shape.classes) {
                if *class != b'9' {
                    letters.insert(index);
                }
                if *class != b'A' {
                    digits.insert(index);
                }
            }
            new.of_length[shape.classes.len()].insert(index);
            new.openings.extend(shape.opening());
            for (place, separator) in &shape.breaks {
                if let Some(known) = SEPARATORS.iter().position(|known| known == separator) {
                    new.breaking[*place][known].insert(index);
                    new.lettered[*place][known] |=
                        shape.classes[..*place].iter().all(|class| *class != b'9');
                    new.counted[*place][known] |=
                        shape.classes[..*place].iter().all(|class| *class != b'A')
                            && shape
                                .classes
                                .get(*place)
                                .is_some_and(|class| *class != b'9');
                }
            }
        }
        new.shapes = shapes;
        new
    }

    /// Whether a shape begins with groups of `first` and `second` letters.
    pub(super) fn open_with(&self, first: usize, second: usize) -> bool {
        self.openings.contains(&(first, second))
    }

    /// Whether a shape begins with a group of so many letters and this separator.
    pub(super) fn open_with_letters(&self, count: usize, separator: u8) -> bool {
        let known = SEPARATORS.iter().position(|known| *known == separator);
        known.is_some_and(|known| self.lettered[count.min(LONGEST)][known])
    }

    /// Whether a shape begins with a group of so many digits, this separator and a letter.
    pub(super) fn open_with_digits(&self, count: usize, separator: u8) -> bool {
        let known = SEPARATORS.iter().position(|known| *known == separator);
        known.is_some_and(|known| self.counted[count.min(LONGEST)][known])
    }

    /// What an empty value may become.
    pub(super) const fn all() -> Left {
        Left {
            fitting: Set::ALL,
            grouped: Set::ALL,
            len: 0,
            breaks: 0,
        }
    }

    /// Goes on with a group, behind a separator if it is not the first.
    pub(super) fn narrow(&self, left: &mut Left, separator: Option<u8>, group: &[u8]) {
        if let Some(separator) = separator {
            let known = SEPARATORS.iter().position(|known| *known == separator);
            let with = known.map_or(Set::NONE, |known| self.breaking[left.len][known]);
            left.grouped.keep(&with);
            left.breaks += 1;
        }
        let admitting = &self.admitting[left.len..];
        left.len += group.len();
        if self.are_numeric {
            // Of these only the length tells anything.
            if let Some(last) = group.len().checked_sub(1) {
                left.fitting.keep(&admitting[last][1]);
            }
            return;
        }
        // A copy, which can stay in registers.
        let mut fitting = left.fitting;
        for (byte, admitting) in group.iter().zip(admitting) {
            fitting.keep(&admitting[usize::from(byte.is_ascii_digit())]);
        }
        left.fitting = fitting;
    }

    /// Whether a value of `left` has one of the shapes.
    pub(super) fn has_any(&self, left: &Left) -> bool {
        !left.fitting.both(&self.of_length[left.len]).is_empty()
    }

    /// The shapes that a value of `left` has, each with whether it is grouped so too.
    pub(super) fn of(&self, left: &Left) -> impl Iterator<Item = (&Shape, bool)> {
        let (grouped, breaks) = (left.grouped, left.breaks);
        let fitting = left.fitting.both(&self.of_length[left.len]);
        fitting.iter().map(move |index| {
            let shape = &self.shapes[index];
            let is_grouped = grouped.contains(index) && shape.breaks.len() == breaks;
            (shape, is_grouped)
        })
    }
}

impl Left {
    /// Whether no shape is left, also with more groups.
    pub(super) fn is_nothing(&self) -> bool {
        self.fitting.is_empty()
    }

    /// Whether none is left in its groups.
    pub(super) fn is_grouped_otherwise(&self) -> bool {
        self.fitting.both(&self.grouped).is_empty()
    }
}
