//! Adds what Windows shows of the program.

include!("../../installer/windows/resources.rs");

fn main() {
    embed_resources("ankong-module32", "../..");
}
