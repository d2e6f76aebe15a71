//! The contract of a command: its declaration, its arguments and its run.
//!
//! A command implements [`Command`] with types of its own. The registry needs all commands in one list, so [`Entry::of`]
//! erases those types into plain functions. Every surface goes through an entry; none of them knows a single command.

use std::path::{Path, PathBuf};
use std::pin::Pin;

use clap::FromArgMatches as _;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::contract::arguments::Arguments;
use crate::contract::confirmation::Confirmation;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::outcome::{Answer, Outcome};
use crate::contract::reserved::Reserved;
use crate::contract::signature::Signing;
use crate::contract::{misfit, relations};
use record::domain::principal::Authority;

/// Groups of `/help`, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Makes proposals and revisions.
    Propose,
    /// Makes evidence.
    Run,
    /// The owner's decisions.
    Decide,
    /// Concepts.
    Learn,
    /// Looks at the record.
    Inspect,
    /// Looks after the house.
    Operate,
}

impl Group {
    /// The heading in `/help`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Propose => "Propose",
            Self::Run => "Run",
            Self::Decide => "Decide",
            Self::Learn => "Learn",
            Self::Inspect => "Inspect",
            Self::Operate => "Operate",
        }
    }
}

/// The access to the store that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it works without a home.
    None,
    /// A read-only view where one can be had: it looks after the store itself.
    Attempt,
    /// A read-only view; it takes no lock and serves nobody.
    Read,
    /// A view, and a record of it where the home can be written; where it cannot, the command works all the same.
    Record,
    /// The engine that writes.
    Write,
}

/// The declaration of a command, made once for all surfaces.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The name, without the slash.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// One sentence for `/help`.
    pub summary: &'static str,
    /// The group of `/help` that shows it.
    pub group: Group,
    /// The authority that a principal needs.
    pub authority: Authority,
    /// The access to the store that it needs.
    pub access: Access,
    /// The argument that takes the rest of a slash line, verbatim.
    pub free_text: Option<&'static str>,
    /// Two or three lines to type.
    pub examples: &'static [&'static str],
}

/// Files and standard input of the caller's own process, for a command that is about to be sent.
pub trait Surroundings {
    /// Reads the bytes of a file, `-` for standard input, at most `limit` of them.
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>, CommandError>;

    /// Lists what lies in a folder, by name; links are told and not followed.
    fn list(&self, folder: &Path) -> Result<Vec<Listed>, CommandError>;

    /// Gives the whole path of a folder, links followed, for an engine that has another folder.
    fn whole(&self, folder: &Path) -> Result<PathBuf, CommandError>;

    /// Tells whether the caller sits where the owner's files lie.
    fn is_here(&self) -> bool {
        true
    }
}

/// What lies in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
}

/// The kind of what lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of this many bytes.
    File(u64),
    /// A file of this many bytes that its mode lets run.
    Program(u64),
    /// A folder.
    Folder,
    /// A link to a file of this many bytes, wherever that lies.
    Link(u64),
    /// Another link, a pipe, a device, or a name that is not UTF-8.
    Other,
}

/// One command; implementations are empty types, one a file.
pub trait Command {
    /// Its declaration.
    const SPEC: Spec;
    /// The parts of it that are for the owner alone, where the rest is open to others.
    const RESERVED: &'static [Reserved] = &[];
    /// The arguments of the command.
    type Args: clap::Args
        + Serialize
        + DeserializeOwned
        + JsonSchema
        + Clone
        + Send
        + Sync
        + 'static;
    /// The answer of the command.
    type Outcome: Outcome;

    /// Tells the access to the store that it needs with these arguments.
    fn access(_args: &Self::Args) -> Access {
        Self::SPEC.access
    }

    /// Reads files that the arguments name, in the caller's process.
    fn prepare(
        _args: &mut Self::Args,
        _surroundings: &dyn Surroundings,
    ) -> Result<(), CommandError> {
        Ok(())
    }

    /// Makes of prepared or confirmed fields those that were typed, which the rules of the command line are about.
    fn as_typed(_fields: &mut Map<String, Value>) {}

    /// Gives the place of the owner's key and signature, of a command that takes them.
    fn signing(_args: &mut Self::Args) -> Option<&mut Signing> {
        None
    }

    /// Puts the owner's yes into the arguments, bound to what was shown.
    fn confirm(_args: &mut Self::Args, _confirmation: &Confirmation) {}

    /// Carries it out.
    fn run(
        invocation: &Invocation,
        args: Self::Args,
    ) -> impl Future<Output = Result<Self::Outcome, CommandError>> + Send;
}

/// A future whose type is erased.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Answer, CommandError>> + Send + 'a>>;

/// A command with its types erased: what the registry lists.
pub struct Entry {
    /// Its declaration.
    pub spec: Spec,
    /// The parts of it that are for the owner alone.
    pub reserved: &'static [Reserved],
    /// Its arguments for a command line.
    pub clap: fn() -> clap::Command,
    /// Arguments from a parsed command line.
    pub parse: fn(&clap::ArgMatches) -> Result<Arguments, CommandError>,
    /// Arguments from JSON, as another process or program sends them, held to the rules of the command line.
    pub read: fn(Value) -> Result<Arguments, CommandError>,
    /// Arguments from JSON that are held to no rule, because they are refused whatever they are.
    pub decode: fn(Value) -> Result<Arguments, CommandError>,
    /// Arguments as JSON, for another process.
    pub write: fn(&Arguments) -> Result<Value, CommandError>,
    /// Reads files that the arguments name, in the caller's process.
    pub prepare: fn(&mut Arguments, &dyn Surroundings) -> Result<(), CommandError>,
    /// Gives the place of the owner's key and signature; `None` of a command that takes none.
    pub signing: fn(&mut Arguments) -> Result<Option<&mut Signing>, CommandError>,
    /// Puts the owner's yes into the arguments, bound to what was shown.
    pub confirm: fn(&mut Arguments, &Confirmation) -> Result<(), CommandError>,
    /// Tells the access to the store that it needs with these arguments.
    pub access: fn(&Arguments) -> Access,
    /// JSON Schema of the arguments.
    pub args_schema: fn() -> Value,
    /// JSON Schema of the data.
    pub data_schema: fn() -> Value,
    /// Carries it out.
    pub call: for<'a> fn(&'a Invocation, Arguments) -> Running<'a>,
    /// An answer from the data that another process gave.
    pub answer: fn(Value) -> Answer,
}

impl Entry {
    /// Erases the types of a command.
    pub const fn of<C: Command>() -> Self {
        Self {
            spec: C::SPEC,
            reserved: C::RESERVED,
            clap: clap_of::<C>,
            parse: parse::<C>,
            read: read::<C>,
            decode: decode::<C>,
            write: write::<C>,
            prepare: prepare::<C>,
            signing: signing::<C>,
            confirm: confirm::<C>,
            access: access::<C>,
            args_schema: args_schema::<C>,
            data_schema: schema::<C::Outcome>,
            call: call::<C>,
            answer: Answer::read::<C::Outcome>,
        }
    }
}

fn clap_of<C: Command>() -> clap::Command {
    use clap::Args as _;
    let command = clap::Command::new(C::SPEC.name)
        .about(C::SPEC.summary)
        .visible_aliases(C::SPEC.aliases)
        .after_help(example_lines(C::SPEC.examples));
    // The type of the arguments brings its own doc comment along, which says nothing of the command.
    C::Args::augment_args(command).about(C::SPEC.summary).long_about(None)
}

fn example_lines(examples: &[&str]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = examples.iter().map(|example| format!("  {example}")).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

fn parse<C: Command>(matches: &clap::ArgMatches) -> Result<Arguments, CommandError> {
    let args = C::Args::from_arg_matches(matches);
    args.map(Arguments::of).map_err(|error| CommandError::usage(error.to_string()))
}

fn read<C: Command>(value: Value) -> Result<Arguments, CommandError> {
    let mut fields = value.as_object().cloned().unwrap_or_default();
    let args = decode::<C>(value)?;
    C::as_typed(&mut fields);
    relations::check(clap_of::<C>(), &fields)?;
    Ok(args)
}

fn decode<C: Command>(value: Value) -> Result<Arguments, CommandError> {
    misfit::read::<C::Args>(value, C::SPEC.free_text).map(Arguments::of)
}

fn write<C: Command>(args: &Arguments) -> Result<Value, CommandError> {
    serde_json::to_value(args.typed::<C::Args>()?)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

fn prepare<C: Command>(
    args: &mut Arguments,
    surroundings: &dyn Surroundings,
) -> Result<(), CommandError> {
    C::prepare(args.typed_mut()?, surroundings)
}

fn signing<C: Command>(args: &mut Arguments) -> Result<Option<&mut Signing>, CommandError> {
    Ok(C::signing(args.typed_mut()?))
}

fn confirm<C: Command>(
    args: &mut Arguments,
    confirmation: &Confirmation,
) -> Result<(), CommandError> {
    C::confirm(args.typed_mut()?, confirmation);
    Ok(())
}

fn access<C: Command>(args: &Arguments) -> Access {
    // Arguments of another command are refused when they are run; here the declaration will do.
    args.typed().map_or(C::SPEC.access, C::access)
}

/// The type of the arguments has a comment of its own, which says nothing of the command.
fn args_schema<C: Command>() -> Value {
    let mut schema = schema::<C::Args>();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("description".to_owned(), Value::from(C::SPEC.summary));
    }
    schema
}

fn schema<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

fn call<C: Command>(invocation: &Invocation, args: Arguments) -> Running<'_> {
    Box::pin(async move {
        let outcome = C::run(invocation, args.into_typed()?).await?;
        Answer::of(outcome)
    })
}
