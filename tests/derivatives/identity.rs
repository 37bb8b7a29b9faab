//! The same bits for any number of threads.
