//! The contract of a command.

use std::path::Path;
use std::pin::Pin;

use clap::FromArgMatches as _;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::context::{Context, Invocation};
use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::contract::outcome::Outcome;
use crate::contract::page::Page;
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

/// What a command needs of the store.
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

/// What is declared of a command, once.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The name, without the slash.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// One sentence for `/help`.
    pub summary: &'static str,
    /// Where `/help` shows it.
    pub group: Group,
    /// What the principal needs.
    pub authority: Authority,
    /// What it needs of the store.
    pub access: Access,
    /// The argument that takes the rest of a slash line, verbatim.
    pub free_text: Option<&'static str>,
    /// Two or three lines to type.
    pub examples: &'static [&'static str],
}

/// What a surface gives a command before it is sent: files and standard input of the caller's own process.
pub trait Surroundings {
    /// The bytes of a file, `-` for standard input, at most `limit` of them.
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>, CommandError>;
}

/// One command; implementations are empty types, one a file.
pub trait Command {
    /// What is declared of it.
    const SPEC: Spec;
    /// What was typed.
    type Args: clap::Args + Serialize + DeserializeOwned + JsonSchema + Send;
    /// What comes of it.
    type Outcome: Outcome;

    /// What it needs of the store with these arguments.
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

    /// Carries it out.
    fn run(
        context: &Context,
        invocation: &Invocation,
        args: Self::Args,
    ) -> impl Future<Output = Result<Self::Outcome, CommandError>> + Send;
}

/// A future whose type is erased.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Value, CommandError>> + Send + 'a>>;

/// A command with its types erased: what the registry lists.
pub struct Entry {
    /// What is declared of it.
    pub spec: Spec,
    /// Its arguments for a command line.
    pub clap: fn() -> clap::Command,
    /// From a parsed command line to arguments as JSON.
    pub parse: fn(&clap::ArgMatches) -> Result<Value, CommandError>,
    /// Reads files that the arguments name, in the caller's process.
    pub prepare: fn(Value, &dyn Surroundings) -> Result<Value, CommandError>,
    /// What it needs of the store with these arguments.
    pub access: fn(&Value) -> Access,
    /// JSON Schema of the arguments.
    pub args_schema: fn() -> Value,
    /// JSON Schema of the data.
    pub data_schema: fn() -> Value,
    /// Carries it out.
    pub call: for<'a> fn(&'a Context, &'a Invocation, Value) -> Running<'a>,
    /// Lays data out for a person.
    pub page: fn(&Value) -> Page,
    /// The exit code data stand for.
    pub exit: fn(&Value) -> Exit,
}

impl Entry {
    /// Erases the types of a command.
    pub const fn of<C: Command>() -> Self {
        Self {
            spec: C::SPEC,
            clap: clap_of::<C>,
            parse: parse::<C>,
            prepare: prepare::<C>,
            access: access::<C>,
            args_schema: schema::<C::Args>,
            data_schema: schema::<C::Outcome>,
            call: call::<C>,
            page: page::<C>,
            exit: exit::<C>,
        }
    }
}

fn clap_of<C: Command>() -> clap::Command {
    use clap::Args as _;
    let command = clap::Command::new(C::SPEC.name)
        .about(C::SPEC.summary)
        .visible_aliases(C::SPEC.aliases)
        .after_help(example_lines(C::SPEC.examples));
    C::Args::augment_args(command)
}

fn example_lines(examples: &[&str]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = examples.iter().map(|example| format!("  {example}")).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

fn parse<C: Command>(matches: &clap::ArgMatches) -> Result<Value, CommandError> {
    let args = C::Args::from_arg_matches(matches)
        .map_err(|error| CommandError::usage(error.to_string()))?;
    to_value(&args)
}

fn prepare<C: Command>(
    args: Value,
    surroundings: &dyn Surroundings,
) -> Result<Value, CommandError> {
    let mut args: C::Args = typed(args)?;
    C::prepare(&mut args, surroundings)?;
    to_value(&args)
}

fn access<C: Command>(args: &Value) -> Access {
    typed(args.clone()).map_or(C::SPEC.access, |args| C::access(&args))
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, CommandError> {
    serde_json::from_value(value)
        .map_err(|error| CommandError::usage(format!("the arguments do not fit: {error}")))
}

fn to_value<T: Serialize>(value: &T) -> Result<Value, CommandError> {
    serde_json::to_value(value)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

fn schema<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

fn call<'a, C: Command>(
    context: &'a Context,
    invocation: &'a Invocation,
    args: Value,
) -> Running<'a> {
    Box::pin(async move {
        let args: C::Args = typed(args)?;
        let outcome = C::run(context, invocation, args).await?;
        to_value(&outcome)
    })
}

fn page<C: Command>(data: &Value) -> Page {
    match serde_json::from_value::<C::Outcome>(data.clone()) {
        Ok(outcome) => outcome.page(),
        Err(error) => Page::new().text(format!("the answer cannot be shown: {error}")),
    }
}

fn exit<C: Command>(data: &Value) -> Exit {
    serde_json::from_value::<C::Outcome>(data.clone()).map_or(Exit::Done, |outcome| outcome.exit())
}
