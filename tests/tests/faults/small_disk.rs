//! A disk that becomes full and has room again.
//!
//! Two kinds. *Interposed*: a library between the server and its files, compiled with the C compiler
//! that building the product needs anyway; it works for everybody. *Mounted*: a real file system of
//! a few megabytes, in a mount namespace of the server's own, which goes with it; not every machine
//! permits that.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use visavis_tests::server::binary;

use crate::process::{Server, serve};

/// Size of the mounted disk.
const SIZE: &str = "size=12m";

/// A server whose data lies on a small disk.
pub(crate) struct SmallDisk {
    pub(crate) server: Server,
    /// What lets it be full.
    ballast: Ballast,
    _folder: TempDir,
}

enum Ballast {
    /// The file whose presence makes it full.
    Sign(PathBuf),
    /// A file on the disk that takes the room.
    File(PathBuf),
}

impl SmallDisk {
    /// The kind that works everywhere.
    pub(crate) fn interposed() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut command = serve(&data);
        let sign = interpose(&mut command, folder.path());
        let server = Server::spawn(&mut command, &data).unwrap();
        Self { server, ballast: Ballast::Sign(sign), _folder: folder }
    }

    /// The real one; none where mounting is not permitted.
    pub(crate) fn mounted() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let unshare = unshare()?;
        let mut command = Command::new("unshare");
        command.args(unshare).args(["sh", "-c"]);
        let script = format!(
            "mount -t tmpfs -o {SIZE} tmpfs \"$1\" && exec \"$2\" serve --demo \
             --listen 127.0.0.1:0 --data \"$1\""
        );
        command.args([&script, "sh"]).arg(folder.path()).arg(binary());
        let mut server = Server::spawn(&mut command, folder.path()).unwrap();
        // Its folder is seen through the process only.
        let seen = format!("/proc/{}/root{}", server.id(), folder.path().display());
        server.see_data_at(PathBuf::from(&seen));
        let ballast = Ballast::File(PathBuf::from(seen).join("ballast"));
        Some(Self { server, ballast, _folder: folder })
    }

    /// No room is left.
    pub(crate) fn fill(&self) {
        match &self.ballast {
            Ballast::Sign(sign) => drop(File::create(sign).unwrap()),
            Ballast::File(path) => {
                let mut file = File::options().create(true).append(true).open(path).unwrap();
                let sizes = [1 << 16, 1 << 12, 1].into_iter();
                sizes.for_each(|size| while file.write_all(&vec![0; size]).is_ok() {});
            }
        }
    }

    /// There is room again.
    pub(crate) fn free(&self) {
        let (Ballast::Sign(path) | Ballast::File(path)) = &self.ballast;
        fs::remove_file(path).unwrap();
    }
}

/// Makes the disk of a command full while the file `full` is in the folder; its path.
pub(crate) fn interpose(command: &mut Command, folder: &Path) -> PathBuf {
    let sign = folder.join("full");
    command.env("LD_PRELOAD", compile(folder)).env("FULL_DISK", &sign);
    sign
}

fn compile(folder: &Path) -> PathBuf {
    let library = folder.join("full_disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/full_disk.c");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
    let compiled = compiler.output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    library
}

/// How to get a mount namespace here: as root, or as a user who is root in a namespace.
fn unshare() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&["-m"], &["-r", "-m"]];
    let folder = tempfile::tempdir().unwrap();
    WAYS.into_iter().find(|way| {
        let mut attempt = Command::new("unshare");
        attempt.args(*way).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(folder.path());
        attempt.output().is_ok_and(|output| output.status.success())
    })
}
