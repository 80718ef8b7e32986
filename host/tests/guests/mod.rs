//! Guests for tests: core modules in text, made into components of the contract.
//!
//! A `.wat` file beside this one holds the imports and functions of one guest. `Guest` adds what all have in
//! common: memory, an allocator, `describe`, and a `reconcile` for those that have none.
//!
//! What the files can rely on: 512..1024 is free for results, 4096..65536 for data; `"<version>"`, with its
//! quotes, is at 3072 and 7 bytes long for a version such as `1.0.0`; memory 0 is exported and begins with
//! 128 KiB.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const MANIFEST: u32 = 1024;
const TEXTS: u32 = 2048;
const QUOTED_VERSION: u32 = 3072;
/// Of a guest that has no effects: nobody calls it.
const NO_RECONCILE: &str = r#"(func (export "gantry:automation/handler@0.1.0#reconcile") (param i32 i32) (result i32) unreachable)"#;

/// A guest that is being written.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) input_schema: String,
    pub(crate) output_schema: String,
    pub(crate) capabilities: Vec<String>,
    pub(crate) effectful: bool,
    pub(crate) effect_key: Vec<String>,
    /// The contract version that it is built for.
    pub(crate) contract: String,
    world: &'static str,
    /// Imports beside the contract, as in a world.
    imports: String,
    wat: String,
}

/// The component of the operation in `<name>.wat`.
pub(crate) fn component(name: &str) -> Vec<u8> {
    Guest::operation(name).build()
}

impl Guest {
    /// The operation in `<name>.wat`.
    pub(crate) fn operation(name: &str) -> Self {
        Self::new(name, "operation")
    }

    /// The session component in `<name>.wat`.
    pub(crate) fn session(name: &str) -> Self {
        Self::new(name, "session")
    }

    fn new(file: &str, world: &'static str) -> Self {
        let path = folder().join(format!("{file}.wat"));
        let wat = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            name: file.to_owned(),
            version: "1.0.0".to_owned(),
            summary: "A guest of the tests".to_owned(),
            input_schema: "{}".to_owned(),
            output_schema: "{}".to_owned(),
            capabilities: Vec::new(),
            effectful: false,
            effect_key: Vec::new(),
            contract: "0.1.0".to_owned(),
            world,
            imports: String::new(),
            wat,
        }
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
        self
    }

    pub(crate) fn output_schema(mut self, schema: &str) -> Self {
        schema.clone_into(&mut self.output_schema);
        self
    }

    pub(crate) fn input_schema(mut self, schema: &str) -> Self {
        schema.clone_into(&mut self.input_schema);
        self
    }

    pub(crate) fn capability(mut self, capability: &str) -> Self {
        self.capabilities.push(capability.to_owned());
        self
    }

    /// It does something that cannot be taken back, named by these fields of its input.
    pub(crate) fn effectful(mut self, effect_key: &[&str]) -> Self {
        self.effectful = true;
        self.effect_key = effect_key.iter().map(|&field| field.to_owned()).collect();
        self
    }

    pub(crate) fn contract(mut self, version: &str) -> Self {
        version.clone_into(&mut self.contract);
        self
    }

    /// Imports something beside the contract, which has to be in `outside.wit`.
    pub(crate) fn import(mut self, interface: &str) -> Self {
        writeln!(self.imports, "import {interface};").unwrap();
        self
    }

    /// The core module, for a test that wants one.
    pub(crate) fn build_module(&self) -> Vec<u8> {
        let text = format!("(module\n{}\n{}\n)", self.wat, self.common());
        let text = text.replace("@0.1.0", &format!("@{}", self.contract));
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The component.
    pub(crate) fn build(&self) -> Vec<u8> {
        let mut resolve = Resolve::default();
        resolve.push_group(self.contract_wit()).unwrap();
        resolve
            .push_str("outside.wit", include_str!("outside.wit"))
            .unwrap();
        let world = format!(
            "package test:guest@1.0.0;\nworld guest {{ include gantry:automation/{}@{};\n{} }}",
            self.world, self.contract, self.imports
        );
        let package = resolve.push_str("guest.wit", &world).unwrap();
        let world = resolve.select_world(&[package], Some("guest")).unwrap();
        let mut module = self.build_module();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
            .unwrap();
        ComponentEncoder::default()
            .module(&module)
            .and_then(|encoder| encoder.validate(true).encode())
            .unwrap_or_else(|error| panic!("{}: {error:?}", self.name))
    }

    fn contract_wit(&self) -> wit_parser::UnresolvedPackageGroup {
        let mut sources = wit_parser::SourceMap::new();
        for file in wit_files() {
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.replace("automation@0.1.0", &format!("automation@{}", self.contract));
            sources.push(&file, text);
        }
        sources.parse().map_err(|(_, error)| error).unwrap()
    }

    /// Memory, allocator and `describe`.
    fn common(&self) -> String {
        let mut data = Data::default();
        let mut manifest: Vec<u32> = Vec::new();
        for text in [&self.name, &self.version, &self.summary] {
            manifest.extend(data.text(text));
        }
        if self.world == "operation" {
            manifest.extend(data.text(&self.input_schema));
            manifest.extend(data.text(&self.output_schema));
        }
        let capabilities: Vec<u32> = self
            .capabilities
            .iter()
            .flat_map(|text| data.text(text))
            .collect();
        manifest.extend(data.words(&capabilities));
        let mut reconcile = "";
        if self.world == "operation" {
            manifest.push(self.effectful.into());
            let fields: Vec<u32> = self
                .effect_key
                .iter()
                .flat_map(|text| data.text(text))
                .collect();
            manifest.extend(data.words(&fields));
            if !self.wat.contains("#reconcile\"") {
                reconcile = NO_RECONCILE;
            }
        }
        let describe = match self.world {
            "operation" => "gantry:automation/handler@0.1.0#describe",
            _ => "gantry:automation/portal@0.1.0#describe",
        };
        format!(
            r#"
            (memory (export "memory") 2)
            (global $heap (mut i32) (i32.const 65536))
            (func (export "cabi_realloc") (param i32 i32 i32) (param $bytes i32) (result i32)
              (local $at i32)
              (local.set $at (global.get $heap))
              (global.set $heap
                (i32.and (i32.add (i32.add (global.get $heap) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
              (block $fits
                (loop $more
                  (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
                  (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
                  (br $more)))
              (local.get $at))
            (func (export "{describe}") (result i32) (i32.const {MANIFEST}))
            {reconcile}
            (data (i32.const {MANIFEST}) "{}")
            (data (i32.const {TEXTS}) "{}")
            (data (i32.const {QUOTED_VERSION}) "{}")
            "#,
            escaped(&bytes(&manifest)),
            escaped(&data.0),
            escaped(format!("\"{}\"", self.version).as_bytes()),
        )
    }
}

/// What is at `TEXTS`.
#[derive(Default)]
struct Data(Vec<u8>);

impl Data {
    fn text(&mut self, text: &str) -> [u32; 2] {
        self.put(text.as_bytes(), text.len())
    }

    fn words(&mut self, words: &[u32]) -> [u32; 2] {
        self.put(&bytes(words), words.len() / 2)
    }

    fn put(&mut self, bytes: &[u8], count: usize) -> [u32; 2] {
        while !self.0.len().is_multiple_of(4) {
            self.0.push(0);
        }
        let at = TEXTS + u32::try_from(self.0.len()).unwrap();
        self.0.extend(bytes);
        assert!(
            TEXTS as usize + self.0.len() <= QUOTED_VERSION as usize,
            "too long a manifest"
        );
        [at, u32::try_from(count).unwrap()]
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}

fn folder() -> PathBuf {
    // Of this file, so that a crate which includes it finds the guests too.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here
        .ancestors()
        .find(|dir| dir.join("host/tests/guests").is_dir())
        .unwrap();
    root.join("host/tests/guests")
}

fn wit_files() -> Vec<PathBuf> {
    let wit = folder().join("../../../wit");
    let mut files: Vec<PathBuf> = std::fs::read_dir(wit)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "wit"));
    files.sort();
    files
}
