//! Puts the built web client into the binary.
//!
//! Reads `web/dist`, which `make web` fills, and writes a table of its files for `src/web.rs`.
//! Without a built client the table is empty: Rust needs no Node. A file that has a compressed
//! form beside it (`.br`, `.gz`) brings it along.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::Hasher;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Done<T> = Result<T, Box<dyn Error>>;

/// Where the page takes the nonce for its styles.
const NONCE: &str = "<meta name=\"csp-nonce\" content=\"";
/// Files that are for developers, or that stand in the table as another file's compressed form.
const LEFT_OUT: [&str; 3] = ["map", "br", "gz"];

#[expect(clippy::disallowed_methods, reason = "cargo talks to build scripts by the environment")]
fn main() -> Done<()> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let server = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let web = server.join("../../web");
    let dist = web.join("dist");
    tell("rerun-if-changed=build.rs")?;
    // A watched folder that is missing would make every build compile this crate again.
    if web.is_dir() && (dist.is_dir() || fs::create_dir(&dist).is_ok()) {
        tell(&format!("rerun-if-changed={}", dist.display()))?;
    }
    let mut paths = Vec::new();
    if dist.is_dir() {
        collect(&dist.canonicalize()?, "", &mut paths)?;
    }
    paths.sort();
    let mut table = String::from("static FILES: &[File] = &[\n");
    let mut page = String::from("static PAGE: Option<Page> = None;\n");
    for (name, file) in &paths {
        if name == "/index.html" {
            page = page_entry(&out, file)?;
        } else {
            table.push_str(&entry(name, file)?);
        }
    }
    table.push_str("];\n");
    fs::write(out.join("web_files.rs"), table + &page)?;
    Ok(())
}

fn tell(cargo: &str) -> Done<()> {
    Ok(writeln!(std::io::stdout(), "cargo:{cargo}")?)
}

/// The files below a folder, each under the path at which it is served.
fn collect(folder: &Path, prefix: &str, paths: &mut Vec<(String, PathBuf)>) -> Done<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, &name, paths)?;
        } else if !LEFT_OUT.contains(&extension(&path)) {
            paths.push((name, path));
        }
    }
    Ok(())
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// A line of the table.
fn entry(name: &str, file: &Path) -> Done<String> {
    let bytes = |path: &Path| format!("include_bytes!({:?})", path.display().to_string());
    let compressed = |suffix: &str| {
        let path = PathBuf::from(format!("{}.{suffix}", file.display()));
        if path.is_file() { format!("Some({})", bytes(&path)) } else { "None".to_owned() }
    };
    let mut line = String::new();
    writeln!(
        line,
        "    File {{ path: {name:?}, content_type: {:?}, tag: {:?}, is_immutable: {}, plain: {}, \
         brotli: {}, gzip: {} }},",
        content_type(extension(file)),
        tag(&fs::read(file)?),
        name.starts_with("/assets/"),
        bytes(file),
        compressed("br"),
        compressed("gz"),
    )?;
    Ok(line)
}

/// The page in two halves, between which the nonce of each answer goes.
fn page_entry(out: &Path, file: &Path) -> Done<String> {
    let page = fs::read_to_string(file)?;
    let tag = tag(page.as_bytes());
    let (before, after) =
        page.split_once(NONCE).ok_or("web/dist/index.html lacks the csp-nonce")?;
    let (_, after) = after.split_once('"').ok_or("the csp-nonce of web/dist/index.html is open")?;
    let (first, second) = (out.join("page-before.html"), out.join("page-after.html"));
    fs::write(&first, format!("{before}{NONCE}"))?;
    fs::write(&second, format!("\"{after}"))?;
    Ok(format!(
        "static PAGE: Option<Page> = Some(Page {{ tag: {tag:?}, before: include_str!({:?}), \
         after: include_str!({:?}) }});\n",
        first.display().to_string(),
        second.display().to_string()
    ))
}

/// Names one version of a file.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
