//! A new step of the schema is a new file; the compiler is told of the folder, as the macro that reads it is not run anew
//! for a file that it has not seen.

fn main() {
    println!("cargo:rerun-if-changed=src/migration/steps");
}
