//! What needs a second look at the month's end: money claimed, entries reversed, credit refunded.

use super::DemoError;
use super::months::{Due, Story};
use mingzhang_domain::calendar::Month;
use mingzhang_store::lane::Accepted;

impl Story<'_> {
    /// Looks into the payments of a month.
    pub(super) async fn matters(
        &mut self,
        _index: u32,
        _month: Month,
        _entered: Vec<(Due, Accepted)>,
    ) -> Result<(), DemoError> {
        Ok(())
    }
}
