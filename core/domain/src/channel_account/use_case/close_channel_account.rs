//! Closes a channel account: it takes no more money; what it holds stays on the books.

use crate::channel_account::{ChannelAccountClosed, ChannelAccountRefusal};
use crate::draft::{Decide, Draft};
use crate::id::ChannelAccountId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// The channel account takes no more money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseChannelAccount {
    /// Which one.
    pub channel_account: ChannelAccountId,
}

impl Decide for CloseChannelAccount {
    fn operation(&self) -> &'static str {
        "close_channel_account"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.channel_account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.channel_account(self.channel_account);
        if !state.exists() {
            return Err(ChannelAccountRefusal::ChannelAccountMustExist.into());
        }
        if !state.is_open() {
            return Err(ChannelAccountRefusal::ChannelAccountMustBeOpen.into());
        }
        draft.push(self.channel_account, ChannelAccountClosed {});
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Purse;
    use crate::channel_account::{ChannelAccountOpened, ChannelKind};
    use crate::testing::{Story, uuid};

    #[test]
    fn it_is_closed_once() {
        let close = CloseChannelAccount { channel_account: ChannelAccountId(uuid(4)) };
        assert_eq!(Story::new().refused(&close), "channel_account_must_exist");
        let mut story = Story::new().given(
            close.channel_account,
            ChannelAccountOpened {
                kind: ChannelKind::Bank,
                purse: Purse::Company,
                label: "基本户".parse().unwrap(),
                merchant: None,
            },
        );
        story.accepted(&close);
        assert_eq!(story.refused(&close), "channel_account_must_be_open");
    }
}
