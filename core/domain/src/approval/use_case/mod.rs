//! Commands of approvals, one file each.

mod decline_approval;
mod grant_approval;
mod request_approval;
mod withdraw_approval;

pub use decline_approval::DeclineApproval;
pub use grant_approval::GrantApproval;
pub use request_approval::RequestApproval;
pub use withdraw_approval::WithdrawApproval;
