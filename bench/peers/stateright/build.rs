//! Makes modules of the examples that the stateright package ships, each with a function behind it that checks its model. They are
//! read from the package (STATERIGHT_EXAMPLES is its examples folder) and stay as they are, so that the peer runs its authors' models.

use std::path::{Path, PathBuf};
use std::{env, fs};

const TWO_PHASE_COMMIT: &str = "
pub fn check(rms: usize, depth_first: bool) -> crate::Counts {
    crate::check(TwoPhaseSys { rms: 0..rms }, depth_first)
}
";

const PAXOS: &str = "
pub fn check(client_count: usize, depth_first: bool) -> crate::Counts {
    let network = Network::new_unordered_nonduplicating([]);
    crate::check(PaxosModelCfg { client_count, server_count: 3, network }.into_model(), depth_first)
}
";

fn main() {
    println!("cargo:rerun-if-env-changed=STATERIGHT_EXAMPLES");
    let examples = PathBuf::from(env::var("STATERIGHT_EXAMPLES").expect("STATERIGHT_EXAMPLES names a folder"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let modules = [
        module(&examples.join("2pc.rs"), TWO_PHASE_COMMIT, &out, "two_phase_commit"),
        module(&examples.join("paxos.rs"), PAXOS, &out, "paxos"),
    ];
    fs::write(out.join("models.rs"), modules.concat()).expect("OUT_DIR can be written");
}

fn module(example: &Path, check: &str, out: &Path, name: &str) -> String {
    let text = fs::read_to_string(example).expect("the package ships its examples");
    let file = out.join(format!("{name}.rs"));
    fs::write(&file, text + check).expect("OUT_DIR can be written");
    format!("#[allow(dead_code)]\n#[path = {file:?}]\nmod {name};\n")
}
