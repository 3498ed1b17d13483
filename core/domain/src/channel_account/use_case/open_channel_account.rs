//! Opens a channel account: from now on money may come in through it.

use crate::book::Purse;
use crate::channel_account::{ChannelAccountOpened, ChannelAccountRefusal, ChannelKind, Merchant};
use crate::draft::{Decide, Draft};
use crate::id::ChannelAccountId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::Label;

/// Opens a cash box, bank account, POS or merchant number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenChannelAccount {
    /// The new channel account.
    pub channel_account: ChannelAccountId,
    /// What kind it is.
    pub kind: ChannelKind,
    /// The one purse whose money it takes.
    pub purse: Purse,
    /// Name in lists.
    pub label: Label,
    /// The merchant number that orders are paid to; only of an online one.
    pub merchant: Option<Merchant>,
}

impl Decide for OpenChannelAccount {
    fn operation(&self) -> &'static str {
        "open_channel_account"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company, LedgerKind::Community])?;
        if draft.channel_account(self.channel_account).exists() {
            return Err(ChannelAccountRefusal::ChannelAccountMustBeNew.into());
        }
        if self.merchant.is_some() && self.kind != ChannelKind::Online {
            return Err(ChannelAccountRefusal::MerchantMustBeOnline.at("/merchant"));
        }
        let Self { kind, purse, label, merchant, .. } = self.clone();
        draft.push(self.channel_account, ChannelAccountOpened { kind, purse, label, merchant });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};

    #[test]
    fn a_channel_account_is_opened_once() {
        let open = OpenChannelAccount {
            channel_account: ChannelAccountId(uuid(4)),
            kind: ChannelKind::Cash,
            purse: Purse::Company,
            label: "前台现金".parse().unwrap(),
            merchant: None,
        };
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        story.accepted(&open);
        let state = story.draft().channel_account(open.channel_account);
        assert!(state.is_open());
        assert_eq!((state.kind(), state.purse()), (Some(ChannelKind::Cash), Some(Purse::Company)));
        assert_eq!(story.refused(&open), "channel_account_must_be_new");
        assert_eq!(Story::new().in_ledger(LedgerKind::Installation).refused(&open), "ledger_must_be_of_kind");
    }
}
