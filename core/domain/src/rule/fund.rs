//! What money is for and whose it is: funds 款项性质 and purses 资金主体. A fund is fixed for ever per fee item.

/// The nature of a fee item's money 款项性质.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fund {
    /// 经营: the company's own income.
    Operating,
    /// 代收代付: collected for a supplier.
    PassThrough,
    /// 押金: the payer's, held for him.
    Deposit,
    /// 公共收益: the owners' income.
    OwnersIncome,
    /// 维修资金: the owners' maintenance fund.
    MaintenanceFund,
}

/// Whose money it is 资金主体: postings balance in every purse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purse {
    /// The property company.
    Company,
    /// The owners, once their income has an account of its own.
    OwnersIncome,
    /// The maintenance fund.
    MaintenanceFund,
}

impl Fund {
    /// Its purse, as long as the owners' income has no account of its own and is a liability of the company.
    pub fn purse(self) -> Purse {
        match self {
            Self::Operating | Self::PassThrough | Self::Deposit | Self::OwnersIncome => Purse::Company,
            Self::MaintenanceFund => Purse::MaintenanceFund,
        }
    }

    /// True when a payment reaches its charges without naming them.
    pub fn is_paid_unnamed(self) -> bool {
        matches!(self, Self::Operating | Self::PassThrough)
    }
}
