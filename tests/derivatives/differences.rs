//! Derivatives against finite differences under common luck.
