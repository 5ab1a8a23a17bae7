//! The phone pages are embedded from `ui/dist-phone`: an empty folder stands in where they have
//! not been built, and the service then says so.

fn main() {
    println!("cargo:rerun-if-changed=../../ui/dist-phone");
    if let Err(error) = std::fs::create_dir_all("../../ui/dist-phone") {
        println!("cargo:warning=ui/dist-phone cannot be made: {error}");
    }
}
