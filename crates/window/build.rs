//! Adds what Windows shows of the program.

include!("../../installer/windows/resources.rs");

fn main() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    embed_resources("ankong-window", std::path::Path::new(root));
}
