// `import()` is syntax, not a function, so that it cannot be called from Rust by its name.
export function importModule(address) {
  return import(address);
}
