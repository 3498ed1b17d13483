//! The closed lists of the books: funds, purses, books, VAT categories.

use crate::wire::words;

words! {
    /// What money is for 款项性质: fixed for ever per fee item, never mixed.
    pub enum Fund {
        /// 经营: the company's own revenue.
        Operating = "operating",
        /// 代收代付: water, power, collected for a supplier.
        PassThrough = "pass_through",
        /// 押金
        Deposit = "deposit",
        /// 公共收益
        OwnersIncome = "owners_income",
        /// 维修资金
        MaintenanceFund = "maintenance_fund",
    }
}

impl Fund {
    /// The purse that money of this fund belongs to.
    pub fn purse(self) -> Purse {
        match self {
            Self::Operating | Self::PassThrough | Self::Deposit | Self::OwnersIncome => Purse::Company,
            Self::MaintenanceFund => Purse::MaintenanceFund,
        }
    }
}

words! {
    /// Whose money it is 资金主体: postings balance in every purse.
    pub enum Purse {
        /// The company's.
        Company = "company",
        /// The owners' income, once it has an account of its own.
        OwnersIncome = "owners_income",
        /// The maintenance fund.
        MaintenanceFund = "maintenance_fund",
    }
}

words! {
    /// A semantic account 科目. A customer's codes are a dated mapping on top.
    pub enum Book {
        /// Asset: notes and coins in cash boxes.
        Cash = "cash",
        /// Asset: counted less or more than expected, until explained.
        CashDifference = "cash_difference",
        /// Asset: bank accounts.
        Bank = "bank",
        /// Asset: money at WeChat, Alipay, POS acquirers.
        Channel = "channel",
        /// Asset: open charges.
        Receivable = "receivable",
        /// Asset: open charges collected for suppliers.
        PassThroughReceivable = "pass_through_receivable",
        /// Contra asset: expected loss on receivables.
        Allowance = "allowance",
        /// Liability: money whose owner is not yet known.
        Suspense = "suspense",
        /// Liability: lots of credit.
        Credit = "credit",
        /// Liability: deposits held.
        DepositHeld = "deposit_held",
        /// Liability: refunds approved and not yet paid out.
        RefundsPayable = "refunds_payable",
        /// Liability: collected or charged for suppliers.
        PassThroughPayable = "pass_through_payable",
        /// Liability: supplier bills.
        SupplierPayable = "supplier_payable",
        /// Liability: the owners' share of common income.
        OwnersIncomePayable = "owners_income_payable",
        /// Liability: charged for service not yet rendered.
        Unearned = "unearned",
        /// Liability: tax whose tax point is still ahead.
        VatPending = "vat_pending",
        /// Liability: tax whose tax point has passed.
        VatDue = "vat_due",
        /// Liability: the owners' maintenance fund.
        FundBalance = "fund_balance",
        /// Income: service fees.
        Revenue = "revenue",
        /// Income: late fees.
        LateFeeIncome = "late_fee_income",
        /// Income: other.
        OtherRevenue = "other_revenue",
        /// Expense: fees of payment channels.
        ChannelFee = "channel_fee",
        /// Expense: allowance for receivables.
        Impairment = "impairment",
        /// Expense: pass-through cost the company bears.
        BorneExpense = "borne_expense",
        /// Expense: corrections of openings.
        PriorAdjustment = "prior_adjustment",
        /// Clearing: openings.
        OpeningClearing = "opening_clearing",
        /// Clearing: between ledgers.
        InterLedger = "inter_ledger",
        /// Clearing: between purses.
        InterPurse = "inter_purse",
    }
}

words! {
    /// What kind of account a book is, as other programs call it.
    pub enum Nature {
        /// 资产, contra assets too.
        Assets = "assets",
        /// 负债
        Liabilities = "liabilities",
        /// Clearing, which is nobody's for long.
        Equity = "equity",
        /// 收入
        Income = "income",
        /// 费用
        Expenses = "expenses",
    }
}

impl Book {
    /// What kind of account it is.
    pub fn nature(self) -> Nature {
        match self {
            Self::Cash
            | Self::CashDifference
            | Self::Bank
            | Self::Channel
            | Self::Receivable
            | Self::PassThroughReceivable
            | Self::Allowance => Nature::Assets,
            Self::Suspense
            | Self::Credit
            | Self::DepositHeld
            | Self::RefundsPayable
            | Self::PassThroughPayable
            | Self::SupplierPayable
            | Self::OwnersIncomePayable
            | Self::Unearned
            | Self::VatPending
            | Self::VatDue
            | Self::FundBalance => Nature::Liabilities,
            Self::Revenue | Self::LateFeeIncome | Self::OtherRevenue => Nature::Income,
            Self::ChannelFee | Self::Impairment | Self::BorneExpense | Self::PriorAdjustment => Nature::Expenses,
            Self::OpeningClearing | Self::InterLedger | Self::InterPurse => Nature::Equity,
        }
    }
}

words! {
    /// How value added tax applies.
    pub enum VatCategory {
        /// Taxed at a rate above zero.
        Rated = "rated",
        /// Exempt 免税.
        Exempt = "exempt",
        /// Outside the tax 不征税.
        NotTaxable = "not_taxable",
        /// Taxed at 0 %.
        ZeroRated = "zero_rated",
    }
}
