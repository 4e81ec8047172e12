//! What bodies look like, made from the types that are read and written.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

/// Makes the schema of a body. It is made with the document, in one generator: what is used twice is named and told once.
pub(super) type Shape = Box<dyn Fn(&mut Shapes) -> Schema + Send + Sync>;

/// The shape of what is written. See [`shape_sent`] for what is read.
pub(super) fn shape_of<T: JsonSchema>() -> Shape {
    Box::new(|shapes| shapes.shown.subschema_for::<T>())
}

/// The shape of what is read: members may be left out there.
pub(super) fn shape_sent<T: JsonSchema>() -> Shape {
    Box::new(|shapes| shapes.sent.subschema_for::<T>())
}

/// Named schemas, of what is written and of what is read. No type is both.
pub(super) struct Shapes {
    pub shown: SchemaGenerator,
    pub sent: SchemaGenerator,
    /// Those that are put together by hand, from parts that were made.
    pub more: Map<String, Value>,
}

impl Shapes {
    pub(super) fn new() -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = "/components/schemas".into();
        let (shown, sent) = (settings.clone().for_serialize(), settings.for_deserialize());
        Self { shown: shown.into_generator(), sent: sent.into_generator(), more: Map::new() }
    }

    /// Names a schema that was put together, and gives the reference to it.
    pub(super) fn name(&mut self, name: &str, schema: Value) -> Schema {
        self.more.insert(name.to_owned(), schema);
        Schema::new_ref(format!("#/components/schemas/{name}"))
    }

    /// All that were named.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        let mut all = self.more;
        all.extend(self.shown.take_definitions(true));
        all.extend(self.sent.take_definitions(true));
        all
    }
}
