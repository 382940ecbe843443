//! Tells the program when it was built, for a look at the computer's clock. `SOURCE_DATE_EPOCH`
//! makes builds reproducible. For Windows it also adds what Windows shows of the program.

use std::time::SystemTime;

include!("installer/windows/resources.rs");

fn main() {
    embed_resources("ankong", ".");
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse::<u64>().ok());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let built = given.unwrap_or_else(|| now.map_or(0, |since| since.as_secs()));
    println!("cargo::rustc-env=ANKONG_BUILT={built}");
}
