//! `-o yaml`: a value as kubectl prints it.
//!
//! Models: go-yaml v2 `encode.go` and `emitterc.go` with `sigs.k8s.io/yaml`: keys sorted,
//! two spaces, lists not indented under their key, long lines folded at 80 columns.

mod emitter;
mod scalar;

use serde_json::Value;

use emitter::Emitter;

/// The value as YAML, with a line break at the end.
pub fn to_yaml(value: &Value) -> String {
    let mut emitter = Emitter::default();
    emitter.root(value);
    emitter.finish()
}
