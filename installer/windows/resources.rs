// Part of the build scripts of the programs: what Windows shows of a program, and how it is to treat it.

/// Compiles resources.rc.in into the program `name`, where it is built for Windows and there is a compiler for that.
/// `way` leads from the package's folder to the workspace's. The package's is asked for when this
/// runs: a script that was compiled in another clone is used again in this one.
fn embed_resources(name: &str, way: &str) {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let root = &std::path::PathBuf::from(package).join(way);
    let folder = root.join("installer/windows");
    for part in ["resources.rc.in", "resources.rs", "program.manifest"] {
        println!("cargo::rerun-if-changed={}", folder.join(part).display());
    }
    if let Err(error) = compile_resources(name, root, &folder.join("resources.rc.in")) {
        println!("cargo::error=no resources: {error}");
    }
}

fn compile_resources(
    name: &str,
    root: &std::path::Path,
    template: &std::path::Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let version = env!("CARGO_PKG_VERSION");
    let text = std::fs::read_to_string(template)?
        .replace("{ROOT}", &root.display().to_string().replace('\\', "/"))
        .replace("{NAME}", name)
        .replace("{DESCRIPTION}", env!("CARGO_PKG_DESCRIPTION"))
        .replace("{VERSION}", version)
        .replace("{NUMBERS}", &format!("{},0", version.replace('.', ",")));
    let made = std::path::Path::new(&std::env::var("OUT_DIR")?).join("resources.rc");
    std::fs::write(&made, text)?;
    Ok(embed_resource::compile(made, embed_resource::NONE).manifest_optional()?)
}
