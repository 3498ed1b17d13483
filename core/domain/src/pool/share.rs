//! What the charge of a share rests on: written into it when it is charged, read again when it is explained.

use super::event::{PoolOpened, PoolShare};
use crate::account::Input;
use crate::id::PoolId;
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::apportionment::whole_fen;
use crate::value::Exact;
use rust_decimal::Decimal;
use serde::Serialize;

const AMOUNT: &str = "pool_amount";
const WEIGHT: &str = "pool_weight";
const TOTAL_WEIGHT: &str = "pool_total_weight";
const REMAINDER_FEN: &str = "pool_remainder_fen";

/// What the charges of shares rest on besides values of the unit.
pub(crate) const POOL_INPUTS: [&str; 4] = [AMOUNT, WEIGHT, TOTAL_WEIGHT, REMAINDER_FEN];

/// The words for it.
pub(crate) fn label_of(name: &str) -> Option<&'static str> {
    Some(match name {
        AMOUNT => "公摊总额",
        WEIGHT => "本户权重",
        TOTAL_WEIGHT => "权重合计",
        REMAINDER_FEN => "余数补分（分）",
        _ => return None,
    })
}

/// How a share follows from its pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoolShareSaid {
    /// The pool.
    pub pool: PoolId,
    /// What is shared.
    pub amount: Money,
    /// What the unit weighs.
    pub weight: Exact,
    /// What that is, in words.
    pub weight_label: String,
    /// What all units weigh.
    pub total_weight: Exact,
    /// The whole fen of amount × weight ÷ total weight.
    pub whole_fen: Money,
    /// It got one fen more, out of those that were left over.
    pub remainder_fen: bool,
    /// The share.
    pub share: Money,
}

impl PoolShareSaid {
    /// Out of what the charge carries; none when that says no share.
    pub(crate) fn of(pool: PoolId, inputs: &[Input], label: impl Fn(&str) -> String) -> Option<Self> {
        let value = |name: &str| inputs.iter().find(|input| input.name.as_str() == name).map(|input| input.value);
        let weighed = inputs.iter().find(|input| {
            let name = input.name.as_str();
            name == WEIGHT || !POOL_INPUTS.contains(&name)
        })?;
        let amount = Money::from_decimal(value(AMOUNT)?.decimal()).ok()?;
        let (weight, total_weight) = (weighed.value, value(TOTAL_WEIGHT)?);
        let whole_fen = whole_fen(amount, weight.decimal(), total_weight.decimal()).ok()?;
        let remainder_fen = value(REMAINDER_FEN)?.decimal() == Decimal::ONE;
        let share = if remainder_fen { whole_fen.plus(Money::from_fen(1)).ok()? } else { whole_fen };
        let weight_label = label(weighed.name.as_str());
        Some(Self { pool, amount, weight, weight_label, total_weight, whole_fen, remainder_fen, share })
    }
}

/// What the charge of a share carries.
///
/// # Errors
/// [`CommonRefusal::AmountMustBeInRange`].
pub(super) fn inputs_of(opened: &PoolOpened, share: &PoolShare) -> Result<Vec<Input>, Refusal> {
    let beyond = || Refusal::from(CommonRefusal::AmountMustBeInRange);
    let input = |name: &str, value: Exact| -> Result<Input, Refusal> {
        Ok(Input { name: name.parse().map_err(|_| beyond())?, value, since: None })
    };
    let exact = |value: Decimal| Exact::new(value).map_err(|_| beyond());
    Ok(vec![
        input(AMOUNT, exact(opened.amount.decimal())?)?,
        input(opened.weight.value_name().unwrap_or(WEIGHT), share.weight)?,
        input(TOTAL_WEIGHT, opened.total_weight)?,
        input(REMAINDER_FEN, exact(Decimal::from(u8::from(share.remainder_fen)))?)?,
    ])
}
