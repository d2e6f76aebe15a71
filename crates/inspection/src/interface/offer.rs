//! The nouns of a public interface.
//!
//! A module offers functions, classes, values and names that it took from elsewhere. Private ones are kept too, because a public
//! name may be an alias of one, or a class inherit from one; what is public is asked of the interface.

use std::collections::{BTreeMap, BTreeSet};

/// Everything that a module defines at its top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// Definitions by name; the last of a name counts.
    pub names: BTreeMap<String, Offer>,
    /// The names of `__all__`, where the module has one that can be read.
    pub exported: Option<BTreeSet<String>>,
}

/// One thing that a module offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A function.
    Function(Function),
    /// A class.
    Class(Class),
    /// A value of a kind, or of one that the text does not tell.
    Value(Value),
    /// Another name of the same module.
    Alias(String),
    /// A name taken from another module.
    Import(u32),
}

/// A function or method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Function {
    /// The line of its `def`.
    pub line: u32,
    /// Its parameters, without the first one of a bound method.
    pub parameters: Vec<Parameter>,
    /// Whether it has to be awaited.
    pub call: Call,
    /// How it is bound.
    pub binding: Binding,
    /// The annotation of what it returns.
    pub returns: Option<String>,
}

/// How a function is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Call {
    /// As usual.
    #[default]
    Plain,
    /// With `await`.
    Awaited,
}

/// How a function is bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// To an instance, or to nothing.
    #[default]
    Plain,
    /// To its class.
    Class,
    /// To nothing, inside of a class.
    Static,
    /// It is read like a value.
    Property,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// How arguments reach it.
    pub way: Way,
    /// Its default, as it is written.
    pub default: Option<String>,
    /// Its annotation, as it is written.
    pub annotation: Option<String>,
}

/// How arguments reach a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By place only.
    Place,
    /// By place or name.
    Both,
    /// By name only.
    Name,
    /// All further ones by place.
    Places,
    /// All further ones by name.
    Names,
}

/// A class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// The line of it.
    pub line: u32,
    /// Its bases, as they are written.
    pub bases: Vec<String>,
    /// Its methods and properties.
    pub members: BTreeMap<String, Function>,
    /// Attributes of the class and of `self`.
    pub attributes: BTreeSet<String>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The line of the assignment.
    pub line: u32,
    /// The kind, where the text tells it: `dict`, `text`, `object`.
    pub kind: Option<&'static str>,
}

impl Interface {
    /// Tells whether others may use a name.
    pub fn is_public(&self, name: &str) -> bool {
        match (&self.exported, self.names.get(name)) {
            (Some(exported), _) => exported.contains(name),
            (None, Some(Offer::Import(_)) | None) => false,
            (None, Some(_)) => !name.starts_with('_'),
        }
    }

    /// Finds what a name stands for, through aliases.
    pub fn find(&self, name: &str) -> Option<&Offer> {
        let mut name = name;
        for _ in 0..MAX_STEPS {
            match self.names.get(name)? {
                Offer::Alias(other) if self.names.contains_key(other) => name = other,
                found => return Some(found),
            }
        }
        None
    }

    /// A class with everything that it inherits from classes of the same module.
    pub fn whole(&self, class: &Class) -> Class {
        let mut whole = class.clone();
        let mut pending: Vec<&str> = class.bases.iter().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        while let Some(base) = pending.pop() {
            if !seen.insert(base) || seen.len() > MAX_STEPS {
                continue;
            }
            let Some(Offer::Class(base)) = self.find(base) else { continue };
            for (name, member) in &base.members {
                whole.members.entry(name.clone()).or_insert_with(|| member.clone());
            }
            whole.attributes.extend(base.attributes.iter().cloned());
            whole.bases.extend(base.bases.iter().cloned());
            pending.extend(base.bases.iter().map(String::as_str));
        }
        whole
    }
}

/// Most steps from a name to what it stands for, and most bases of a class.
const MAX_STEPS: usize = 50;

impl Offer {
    /// What it is, in a word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Function(_) => "function",
            Self::Class(_) => "class",
            Self::Value(_) => "value",
            Self::Alias(_) => "alias",
            Self::Import(_) => "import",
        }
    }

    /// The line of it, where it has one.
    pub const fn line(&self) -> u32 {
        match self {
            Self::Function(function) => function.line,
            Self::Class(class) => class.line,
            Self::Value(value) => value.line,
            Self::Import(line) => *line,
            Self::Alias(_) => 1,
        }
    }
}
