//! The shared electricity of one building in the last month: opened with its shares, approved, charged by the server's own worker.

use super::DemoError;
use super::desk::entity;
use super::months::Story;
use super::run::FOLDED_WITHIN;
use crate::problem::Problem;
use crate::workers::pool;
use crate::workers::rounds::catch_up;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::{DateRange, Month};
use mingzhang_domain::fee_item::{CreateFeeItem, Vat};
use mingzhang_domain::id::{FeeItemId, UnitId};
use mingzhang_domain::money::Money;
use mingzhang_domain::pool::{OpenPool, PoolEvent, PoolScope, PoolWeight, PostPool};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Count, Label};
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use std::sync::Arc;

/// What the building's lamps and pumps used, in fen.
const AMOUNT_FEN: i64 = 83_617;

impl Story<'_> {
    /// Waits until the read models show everything that was told.
    pub(super) async fn settled(&self) -> Result<(), DemoError> {
        Ok(catch_up(&self.desk.app, self.community.ledger, FOLDED_WITHIN).await?)
    }

    /// The first building, and its units.
    pub(super) async fn first_building(&self) -> Result<Option<(Label, Vec<UnitId>)>, DemoError> {
        let (app, ledger) = (&self.desk.app, self.community.ledger);
        self.settled().await?;
        let some = || Ask { after: None, limit: MAX_PAGE };
        let units = app.read_models.units(ledger, None, some()).await.map_err(Problem::from)?.value.items;
        let Some(building) = units.iter().find_map(|unit| unit.building.clone()) else { return Ok(None) };
        let building = building.0;
        let of_building = app.read_models.units(ledger, Some(building.clone()), some()).await;
        let units = of_building.map_err(Problem::from)?.value.items;
        Ok(Some((building, units.iter().map(|unit| UnitId(unit.unit_id)).collect())))
    }

    /// Shares the electricity of the first building over its units, by area.
    pub(super) async fn share_costs(&mut self, month: Month) -> Result<(), DemoError> {
        let (app, ledger) = (Arc::clone(&self.desk.app), self.community.ledger);
        let Some((building, units)) = self.first_building().await? else { return Ok(()) };
        let (day, key) = (month.last_day(), "shared_electricity");
        let fee_item: FeeItemId = entity(ledger, "fee_item", key);
        let (name, vat) = ("公共电费".parse()?, Vat::of(VatCategory::NotTaxable, None));
        let create = CreateFeeItem { fee_item, name, fund: Fund::PassThrough, priority: Count(60), vat };
        self.done(self.order(day, 9, key, "finance", Arc::new(create))).await?;
        let open = OpenPool {
            pool: entity(ledger, "pool", key),
            fee_item,
            label: format!("{building} 公共照明与水泵").parse()?,
            service: DateRange::of_month(month),
            scope: PoolScope::Building { building },
            kinds: Vec::new(),
            weight: PoolWeight::BuildingArea,
            excluded: Vec::new(),
            amount: Money::from_fen(AMOUNT_FEN),
            lowers: None,
            units,
        };
        let pool = open.pool;
        let opened = self.done(self.order(day, 10, key, "finance", Arc::new(open))).await?;
        let seen = opened.events.iter().find_map(|event| match &event.event {
            Event::Pool(PoolEvent::PoolOpened(opened)) => Some(opened.amount.minus(opened.uncharged)),
            _ => None,
        });
        let amount = seen.ok_or(DemoError::Story("a pool was opened without a fact that says so"))??;
        let post = PostPool { pool, amount, due_days: Count(30), authority: Authority::default() };
        let authority = self.approved(day, key, &post, "公摊已公示").await?;
        let post = PostPool { authority, ..post };
        self.done(self.order(day, 15, key, "finance", Arc::new(post))).await?;
        // The server's own worker charges it, here or there.
        Ok(pool::run_pools(&app, ledger).await?)
    }
}
