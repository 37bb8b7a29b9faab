//! `realpolitik schema`: prints the JSON Schema of scenario files.

use super::{Exit, show};
use crate::scenario::schema::json_schema;

pub(super) fn schema() -> anyhow::Result<Exit> {
    show::print(&format!("{:#}\n", json_schema()))?;
    Ok(Exit::Success)
}
