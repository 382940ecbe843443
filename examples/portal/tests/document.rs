//! What docs/integrate.md shows is this program, to the letter.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failing test may panic")]

const DOCUMENT: &str = include_str!("../../../docs/integrate.md");

#[test]
fn the_document_shows_page_and_server_as_they_are() {
    for (language, code) in
        [("html", include_str!("../src/page.html")), ("rust", include_str!("../src/main.rs"))]
    {
        let shown = format!("```{language}\n{code}```\n");
        assert!(DOCUMENT.contains(&shown), "docs/integrate.md has other {language} than src/");
    }
}

#[test]
fn the_document_names_the_dependencies_as_they_are() {
    let manifest: &str = include_str!("../Cargo.toml");
    let (_, rest) = manifest.split_once("[dependencies]\n").unwrap();
    let (dependencies, _) = rest.split_once("\n\n").unwrap();
    for line in dependencies.lines() {
        let name = line.split(['.', ' ']).next().unwrap();
        assert!(DOCUMENT.contains(&format!("`{name}`")), "docs/integrate.md does not name {name}");
    }
}
