//! The versions of the tools. This is the only place that names them; npm packages are
//! pinned by `web/package.json` and its lock file, crates by `Cargo.lock`.

/// A program that `cargo install` can build.
pub(crate) struct CargoTool {
    /// The package on crates.io.
    pub package: &'static str,
    /// The program that tells the version.
    pub program: &'static str,
    /// The only version that is accepted.
    pub version: &'static str,
    /// How far it is optimised when it is built here. Those that mostly wait for others are
    /// ready sooner without.
    pub opt_level: &'static str,
    /// How long the build takes on two cores, for the person who waits.
    pub duration: &'static str,
}

/// Makes the JavaScript glue. Must have the version of the crate `wasm-bindgen`.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.126",
    opt_level: "1",
    duration: "2 minutes",
};

/// Builds the page.
pub(crate) const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    program: "trunk",
    version: "0.21.14",
    opt_level: "1",
    duration: "5 minutes",
};

/// Runs the tests that need a browser.
pub(crate) const WASM_PACK: CargoTool = CargoTool {
    package: "wasm-pack",
    program: "wasm-pack",
    version: "0.15.1",
    opt_level: "0",
    duration: "2 minutes",
};

/// The oldest Node that the scripts in `web/` run on.
pub(crate) const NODE_MAJOR_MIN: u32 = 20;

/// What apt is asked for when Chromium is missing. The font lets screenshots show Korean.
pub(crate) const DEBIAN_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];

/// The target of the page.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

#[cfg(test)]
mod tests {
    use super::WASM_BINDGEN;

    #[test]
    fn the_glue_maker_has_the_version_of_the_crate() {
        let lock = include_str!("../../Cargo.lock");
        let entry = format!("name = \"wasm-bindgen\"\nversion = \"{}\"", WASM_BINDGEN.version);
        assert!(lock.contains(&entry), "Cargo.lock has another version of wasm-bindgen");
    }
}
