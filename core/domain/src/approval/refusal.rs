//! What the rules of approvals refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of an approval.
    pub enum ApprovalRefusal {
        ApprovalMustBeGiven = "approval_must_be_given", Forbidden, "该操作超出权限额度，须经他人审批", "this is above the limit of your role and needs the approval of another";
        ApprovalMustExist = "approval_must_exist", NotFound, "审批不存在", "there is no such approval";
        ApprovalMustBePending = "approval_must_be_pending", Conflict, "该审批已处理", "the approval is answered already";
        ApprovalMustBeGranted = "approval_must_be_granted", Conflict, "审批未通过或已使用", "the approval is not granted, or it is used already";
        ApprovalMustBeByAnother = "approval_must_be_by_another", Forbidden, "不得审批自己提出的申请", "nobody approves what he asked for himself";
        ApprovalMustBeByAsker = "approval_must_be_by_asker", Forbidden, "只有申请人可以撤回", "only who asked may withdraw it";
        ApprovalMustMatch = "approval_must_match", Conflict, "操作内容与审批内容不一致", "what is to be done differs from what was approved";
        ApproverMustHaveLimit = "approver_must_have_limit", Forbidden, "您的角色没有审批额度，请联系管理员设置", "no role of yours has a limit for approvals: an administrator sets it";
        AmountMustNotExceedApproverLimit = "amount_must_not_exceed_approver_limit", Forbidden, "金额超出您的审批额度，须由额度更高者审批", "the amount is above your limit for approvals: one with a higher limit must answer";
        UnitMustNotBeOwn = "unit_must_not_be_own", Forbidden, "不得审批与本人房屋有关的事项，请由他人办理", "nobody decides about a unit of his own: another must";
        PayloadMustFit = "payload_must_fit", Invalid, "申请内容过长", "what is to be approved is too long";
    }
}
