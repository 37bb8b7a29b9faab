//! Publishes the files of a results folder: old or new, whole, at every moment.
//!
//! A command holds the lock of its results folder ([`lock`]) and writes into a staging folder in the
//! work folder `.realpolitik/NAME`, on the same file system. When all files are complete and on the
//! disk, the staging folder and the results folder are exchanged in one step ([`publish`]). Files of
//! the user stay ([`own_files`]). Whatever a process leaves that was ended, the next command on the same
//! results folder completes or removes.

mod lock;
mod operations;
mod own_files;
mod publish;
mod target;

pub use lock::OnWait;
pub use publish::{Staging, recover};

#[cfg(test)]
mod tests;
